// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What one request was answered; right is once. Answered on the loop of its session; may be printed
 * from any thread, as the message of a test that waits.
 *
 * @param <T> the kind of answer
 */
final class Answers<T> implements Consumer<T> {
  private final String request;
  private final List<T> all = new CopyOnWriteArrayList<>();

  Answers(String request) {
    this.request = request;
  }

  @Override
  public void accept(T answer) {
    all.add(answer);
  }

  boolean isDone() {
    return !all.isEmpty();
  }

  int count() {
    return all.size();
  }

  T first() {
    return all.get(0);
  }

  @Override
  public String toString() {
    return request + " -> " + all;
  }
}
