// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One request. Immutable.
 *
 * @param serve what the server does with it, on the server's loop
 * @param answer whom the client tells, on the client's loop
 * @param lost what the client tells if no answer came
 */
record Request<T>(Function<ServerConnection, T> serve, Consumer<T> answer, T lost) {
  /** Gives up on an answer. */
  void fail() {
    answer.accept(lost);
  }
}
