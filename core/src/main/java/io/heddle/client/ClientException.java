// SPDX-License-Identifier: Apache-2.0
package io.heddle.client;

/** Why a call failed. The message names the entity and says what to do next. */
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final String entity;

  /** What kind of failure it is, for programs. */
  public enum Kind {
    /** What the call is about does not exist. */
    NOT_FOUND,
    /** It is not in the state that the call needs, or others change it at the same time. */
    CONFLICT,
    /** A bound would be exceeded. */
    FULL,
    /** The store does not let this identity do it. */
    DENIED,
    /** The store did not answer in time, or this client is closed. */
    UNAVAILABLE,
    /** What was given, or what is stored, is not valid. */
    INVALID
  }

  /**
   * A failure.
   *
   * @param kind what went wrong
   * @param entity what it concerns
   * @param message what is wrong and what to do next
   */
  public ClientException(Kind kind, String entity, String message) {
    super(entity + ": " + message);
    this.kind = kind;
    this.entity = entity;
  }

  /** A failure with its cause. */
  public ClientException(Kind kind, String entity, String message, Throwable cause) {
    super(entity + ": " + message, cause);
    this.kind = kind;
    this.entity = entity;
  }

  /** What kind of failure it is. */
  public Kind kind() {
    return kind;
  }

  /** What it concerns, such as {@code property limits/writes}. */
  public String entity() {
    return entity;
  }
}
