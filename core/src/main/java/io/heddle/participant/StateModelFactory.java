// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.PartitionId;
import java.util.function.Function;

/**
 * Makes the user's object for each replica.
 *
 * <p>The handler either implements {@link TransitionHandler}, or has a method for each transition
 * of the state model, named after the two states: {@code void onBecomeMasterFromSlave()}, with or
 * without a {@link TransitionContext}. State names are turned to camel case: {@code MASTER} to
 * {@code Master}, {@code ON_LINE} to {@code OnLine}. Methods may have any visibility but private. A
 * method {@code onBecomeDroppedFromError} is optional.
 *
 * @param <H> the handler
 */
public interface StateModelFactory<H> {
  /** The class whose methods are called; checked when the participant is built. */
  Class<H> handlerType();

  /**
   * A handler for a replica that is in the initial state. Called on a callback thread, as part of
   * the replica's first transition.
   *
   * @throws Exception puts the replica in ERROR
   */
  H create(PartitionId partition) throws Exception;

  /** A factory from a function. */
  static <H> StateModelFactory<H> of(Class<H> type, Function<PartitionId, ? extends H> create) {
    return new StateModelFactory<>() {
      @Override
      public Class<H> handlerType() {
        return type;
      }

      @Override
      public H create(PartitionId partition) {
        return create.apply(partition);
      }
    };
  }

  /** A factory of handlers that are one method for all transitions. */
  static StateModelFactory<TransitionHandler> ofHandler(
      Function<PartitionId, ? extends TransitionHandler> create) {
    return of(TransitionHandler.class, create);
  }
}
