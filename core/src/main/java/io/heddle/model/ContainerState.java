// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/** Where a container stands between its first request and its end. */
public enum ContainerState {
  /** Asked of the provider. */
  ACQUIRING,
  /** Allocated, not started. */
  ACQUIRED,
  /** Started; its participant has not registered yet. */
  CONNECTING,
  /** Its participant is live. */
  CONNECTED,
  /** Started, but its participant is gone. */
  DISCONNECTED,
  /** Being stopped. */
  HALTING,
  /** Stopped, still allocated. */
  HALTED,
  /** Being given back. */
  FINALIZING,
  /** Given back; the record is about to be removed. */
  FINALIZED,
  /** Ended by itself, or could not be had; will be given back. */
  FAILED
}
