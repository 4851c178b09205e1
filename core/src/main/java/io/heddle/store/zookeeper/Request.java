// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

/** A request that is not answered yet. Confined to its session's loop. */
interface Request {
  /**
   * Sends what may be sent now.
   *
   * @return whether all is sent; if not, it is called again when a part was answered
   */
  boolean send(Handle handle);

  /** Answers that it was not carried out, or nobody knows; the session is over. */
  void giveUp();
}
