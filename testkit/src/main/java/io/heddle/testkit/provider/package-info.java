// SPDX-License-Identifier: Apache-2.0
/**
 * For those who write container providers, and for those who simulate clusters that size
 * themselves.
 *
 * <p>What every container provider must do, as a suite of JUnit tests: start reading at
 * {@link io.heddle.testkit.provider.ContainerProviderContract}; extend it, say how your provider
 * and its containers are made, and run it. JUnit and AssertJ are supplied by the extending project.
 *
 * <p>Simulated containers: start reading at {@link io.heddle.testkit.provider.SimContainers};
 * confined to the simulation's thread. Depends on the provisioner's engine and on the simulation in
 * {@code io.heddle.testkit}, which knows nothing of it.
 */
@NullMarked
package io.heddle.testkit.provider;

import org.jspecify.annotations.NullMarked;
