// SPDX-License-Identifier: Apache-2.0
/**
 * Containers that are child processes of this machine: JVMs with a memory setting, a directory with
 * their logs, and a waiter each, which outlives the controller.
 *
 * <p>Start reading at {@link io.heddle.provisioner.local.LocalContainerProvider}. What a container
 * is made of on disk is in {@code ContainerDirectory}, how its process is started in
 * {@code Launcher} and {@code wrapper.sh}, how its end is seen and certified in {@code EndWatch}.
 *
 * <p>Thread-safe throughout: calls for one container are carried out one after another in its lane,
 * on a small pool. The truth is on disk and in the process table; what is in memory is a copy.
 * Depends on the provisioner's engine and, of the core, on {@code model} and {@code runtime}.
 */
@NullMarked
package io.heddle.provisioner.local;

import org.jspecify.annotations.NullMarked;
