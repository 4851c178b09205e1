// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

/** Hears of ended containers. */
@FunctionalInterface
public interface ContainerListener {
  /**
   * A container has ended. Told at least once for each end; called on a thread of the provider, one
   * call at a time, which must return soon.
   */
  void ended(ContainerEnd end);
}
