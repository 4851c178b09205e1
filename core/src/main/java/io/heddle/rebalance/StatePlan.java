// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import io.heddle.model.Bound;
import io.heddle.model.StateModel;
import java.util.Map;
import java.util.Optional;

/**
 * Which states the replicas of one partition take, the most wanted first: the top state, then the
 * other states with a fixed bound in order of priority, then one state for all the rest.
 *
 * @param top the exclusive first state, if the model has one
 * @param middle states with a fixed bound between the two, each as often as its bound says
 * @param rest the state of all others
 */
record StatePlan(Optional<String> top, ImmutableList<String> middle, String rest) {
  /**
   * The plan for a model.
   *
   * @param model the state model
   * @param replicas how many replicas a partition has; states beyond it are left out
   */
  static StatePlan of(StateModel model, int replicas) {
    // A model with nothing between its top state and its initial one has no base state of its own.
    String rest = model.isTop(model.baseState()) ? model.initialState() : model.baseState();
    ImmutableList.Builder<String> middle = ImmutableList.builder();
    int left = replicas;
    for (Map.Entry<String, Bound> state : model.states().entrySet()) {
      if (state.getKey().equals(rest)) {
        break;
      }
      if (model.isTop(state.getKey())) {
        left--;
      } else if (state.getValue() instanceof Bound.Fixed fixed) {
        int count = Math.min(left, fixed.count());
        for (int i = 0; i < count; i++) {
          middle.add(state.getKey());
        }
        left -= count;
      }
    }
    return new StatePlan(model.topState(), middle.build(), rest);
  }

  /**
   * The state of the replica at a position of an order of preference.
   *
   * @param position from 0
   */
  String state(int position) {
    int tops = top.isPresent() ? 1 : 0;
    if (position < tops) {
      return top.orElseThrow();
    }
    return position - tops < middle.size() ? middle.get(position - tops) : rest;
  }
}
