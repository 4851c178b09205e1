// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.internal;

/**
 * A task and its virtual time. Confined to the simulation's thread.
 *
 * @param <T> what the task belongs to
 */
public final class Event<T> {
  static final int NOT_QUEUED = -1;

  private final T owner;
  private final Runnable task;
  private boolean cancelled;
  long atNanos;
  long order;
  int index = NOT_QUEUED;

  Event(T owner, Runnable task, long atNanos, long order) {
    this.owner = owner;
    this.task = task;
    this.atNanos = atNanos;
    this.order = order;
  }

  /** What the task belongs to. */
  public T owner() {
    return owner;
  }

  /** When it is due. */
  public long atNanos() {
    return atNanos;
  }

  /** Runs the task, unless it was taken back. */
  public void run() {
    if (!cancelled) {
      task.run();
    }
  }

  void cancel() {
    cancelled = true;
  }
}
