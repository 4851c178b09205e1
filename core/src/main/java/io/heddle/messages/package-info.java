// SPDX-License-Identifier: Apache-2.0
/**
 * User messages to participants, with replies.
 *
 * <p>Start reading at {@link io.heddle.messages.Messenger}, which sends, and at
 * {@link io.heddle.messages.MessageReceiver}, which is added to a participant. No controller takes
 * part. A message is one znode, {@code messages/i/m-id}; its reply is {@code messages/i/r-id},
 * created in the transaction that deletes the message.
 *
 * <p>The messenger and the receiver are thread-safe; what they do with the store is confined to
 * their loops; handlers run on threads of their own. Stands above {@code participant},
 * {@code spectator} and {@code client}; nothing depends on it.
 */
@NullMarked
package io.heddle.messages;

import org.jspecify.annotations.NullMarked;
