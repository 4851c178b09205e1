// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/**
 * The right to act as the top state of one replica. Thread-safe; cheap enough to ask before each
 * write.
 *
 * <p>It begins with the promotion's callback and ends, at the latest, before the step-down's
 * callback begins. It also ends by itself, on the monotonic clock, when ZooKeeper has not been
 * heard for two thirds of the session timeout: also while the JVM is paused. It never comes back.
 * What is written elsewhere should carry {@link #token}, since the answer of {@link #isValid} is
 * already old when it is used.
 */
public interface Lease {
  /** The fencing token; for one partition each holder's is greater than those before. */
  long token();

  /** Whether the right is still held. Once false, false for ever. */
  boolean isValid();
}
