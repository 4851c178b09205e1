// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import org.jspecify.annotations.Nullable;

/** What a container provider could not do. Its message names the container. */
public final class ContainerProviderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** What can be done about it. */
  public enum Kind {
    /** There is no container of this id: allocate it first. */
    UNKNOWN_CONTAINER,
    /** The id, or the participant, belongs to another request: a programmer's error. */
    CONFLICT,
    /** The container has run, or could not be started, and won't run again: take a new one. */
    ENDED,
    /** What is asked for can't be had here at all, such as a package that is not there. */
    IMPOSSIBLE,
    /** Not now: no room, or too many requests. Ask again later. */
    BUSY,
    /** No answer in time. It may have happened, or still happen: look, or ask again. */
    TIMED_OUT,
    /** The environment failed. It may help to ask again. */
    FAILED,
    /** The provider is closed. */
    CLOSED
  }

  /** An exception. */
  public ContainerProviderException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** An exception with its cause. */
  public ContainerProviderException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What can be done about it. */
  public Kind kind() {
    return kind;
  }
}
