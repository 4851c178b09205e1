// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

/** What came of a message to one instance. */
public sealed interface Reply {
  /**
   * The handler answered.
   *
   * @param body its answer
   */
  record Answered(String body) implements Reply {}

  /**
   * The handler threw, or answered more than fits.
   *
   * @param cause why, for people
   */
  record Failed(String cause) implements Reply {}

  /** The instance has no handler for the type. */
  record Unhandled() implements Reply {}

  /**
   * It was not handed over: the instance does not exist, or too many messages wait there.
   *
   * @param why for people
   */
  record Undelivered(String why) implements Reply {}

  /**
   * No answer in time. Nothing is said of whether the handler began, or will end: the message was
   * taken back if it still waited.
   */
  record Unanswered() implements Reply {}
}
