// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

/** Why a lock was not got, or is not held. The message names it and says what to do next. */
public final class LockException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** What kind of failure it is, for programs. */
  public enum Kind {
    /** Somebody else held it all the time. */
    TIMED_OUT,
    /** It was held, and is no longer. */
    LOST,
    /** The store does not let this identity take it. */
    DENIED,
    /** The service is closed, the cluster is not there, or too many wait. */
    UNAVAILABLE
  }

  LockException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What kind of failure it is. */
  public Kind kind() {
    return kind;
  }
}
