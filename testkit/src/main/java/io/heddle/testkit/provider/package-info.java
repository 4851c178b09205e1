// SPDX-License-Identifier: Apache-2.0
/**
 * What every container provider must do, as a suite of JUnit tests.
 *
 * <p>Start reading at {@link io.heddle.testkit.provider.ContainerProviderContract}: extend it, say
 * how your provider and its containers are made, and run it. Depends on the provisioner's engine,
 * JUnit and AssertJ, which the extending project supplies.
 */
@NullMarked
package io.heddle.testkit.provider;

import org.jspecify.annotations.NullMarked;
