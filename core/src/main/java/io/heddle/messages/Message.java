// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import io.heddle.model.Criteria;

/**
 * A message as its handler gets it. Immutable.
 *
 * @param id names it among all; equal when it is delivered again, so that a handler can tell
 * @param from who sent it, as they call themselves
 * @param type what chose the handler
 * @param criteria to whom it was addressed; whether that still holds is for the handler to judge
 * @param body what it says
 */
public record Message(String id, String from, String type, Criteria criteria, String body) {}
