// SPDX-License-Identifier: Apache-2.0
package io.heddle.runtime;

/** Makes loops: on threads of their own in production, on virtual time in simulation. */
@FunctionalInterface
public interface LoopFactory {
  /**
   * A new loop.
   *
   * @param name names its thread, such as {@code heddle-orders-controller}
   */
  Loop newLoop(String name);
}
