// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

/** What a {@link FaultPlan} does to a process. */
public enum Fault {
  /** It is killed, and started again, at once or after up to twice the session timeout. */
  CRASH,
  /** It is cut off, for a moment, for less than the session timeout, or for up to twice that. */
  DISCONNECT,
  /**
   * It stands still, for less than the session timeout or for up to two and a quarter times that.
   */
  PAUSE,
  /** The server ends its sessions. */
  EXPIRE,
  /** Its wall clock jumps by up to an hour. */
  CLOCK_JUMP
}
