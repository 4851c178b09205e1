// SPDX-License-Identifier: Apache-2.0
/**
 * Which containers a cluster should have, and the port to those who run them.
 *
 * <p>Start reading at {@link io.heddle.provisioner.TargetProvider} (a function: what should there
 * be?) and {@link io.heddle.provisioner.ContainerProvider} (what makes it so). An application is
 * described by {@link io.heddle.provisioner.ApplicationSpec}, which people write in YAML.
 *
 * <p>All types but the container provider are immutable values or pure functions. Depends on
 * {@code model}, on {@code store} for credentials, and on {@code yaml}; the task framework is
 * unknown here.
 */
@NullMarked
package io.heddle.provisioner;

import org.jspecify.annotations.NullMarked;
