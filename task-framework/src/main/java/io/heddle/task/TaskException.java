// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * A call of the {@link TaskDriver} that could not be carried out; the message names the workflow.
 */
public final class TaskException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** Why it could not be carried out. */
  public enum Kind {
    /** A workflow of that name exists. */
    EXISTS,
    /** There is no such workflow, or not any more. */
    ABSENT,
    /** The cluster does not exist. */
    NO_CLUSTER,
    /** The cluster is kept in a format that this version must not change. */
    INCOMPATIBLE,
    /** One may not. */
    DENIED,
    /** A bound is exceeded. */
    TOO_LARGE,
    /** What is written cannot be read. */
    UNREADABLE,
    /** No answer came within the bound; whether it was done is not known. */
    TIMEOUT,
    /** The driver was closed. */
    CLOSED
  }

  /** With the entity and what is wrong. */
  public TaskException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why it could not be carried out. */
  public Kind kind() {
    return kind;
  }
}
