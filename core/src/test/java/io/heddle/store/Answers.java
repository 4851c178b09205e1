// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one request was answered; right is once. Confined to the loop of its session.
 *
 * @param <T> the kind of answer
 */
final class Answers<T> implements Consumer<T> {
  private final String request;
  private final List<T> all = new ArrayList<>();

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
