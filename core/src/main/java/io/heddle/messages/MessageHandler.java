// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

/** Handles messages of one type. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles a message, on one of the receiver's threads. It is delivered at least once: again, with
   * the same id, if the process or its session ended before the reply was written.
   *
   * @return the reply, at most {@link Messenger#MAX_BODY_BYTES} in UTF-8; empty if there is nothing
   *     to say
   * @throws Exception if it failed; the sender is told the first 200 characters of the message
   */
  String handle(Message message) throws Exception;
}
