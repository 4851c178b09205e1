// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

/**
 * What may move now: from where replicas are, one legal step towards the goal.
 *
 * <p>Goals: never two replicas in the top state (rule R6); never fewer serving replicas than could
 * be avoided (make before break); as few writes as that allows.
 *
 * <p>Method, per partition: a replica is told its goal at once and walks there by itself, except
 * that (1) the top state is granted, with a new token, only when nobody else may hold it, and only
 * to a replica one step below it, unless no replica is further than the initial state; (2) the top
 * state is taken away only when its successor is ready, or when it must go at once; (3) a replica
 * is dropped only when all that replace it rest in a serving state.
 *
 * <p>Example: {@code documents/3} moves its MASTER from A to C, where it has no replica yet. Pass
 * 1: C is told SLAVE. Pass 2, C rests in SLAVE: A is told SLAVE. Pass 3, A has acknowledged and
 * rests in SLAVE: C is told MASTER with a new token. Pass 4, C reports MASTER: A is told DROPPED.
 * Pass 5, A has acknowledged: its entry is forgotten.
 */
final class TransitionStage implements Stage {
  @Override
  public Draft apply(Draft draft) {
    return new TransitionPass(draft).run();
  }
}
