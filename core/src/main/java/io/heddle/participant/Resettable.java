// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/**
 * A handler that can be put back at once, whatever state its replica is in.
 *
 * <p>Called on a callback thread, never while another callback of the replica runs, when the
 * session is lost, when the participant closes, or when a replica in ERROR is reset or dropped. The
 * handler is not used afterwards: a replica that comes back gets a new one. A handler that is not
 * resettable is taken down through its transitions instead when the session is lost.
 */
@FunctionalInterface
public interface Resettable {
  /**
   * Lets go of everything that the replica holds.
   *
   * @throws Exception is logged; the replica counts as reset all the same
   */
  void reset() throws Exception;
}
