// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events by time; those of one time in the order in which they were added. A binary heap that knows
 * where each event is, so that a timer taken back leaves at once: most timers are. Confined to the
 * simulation's thread.
 *
 * @param <T> what events belong to
 */
public final class EventQueue<T> {
  private final List<Event<T>> heap = new ArrayList<>();
  private long added;
  private long addedAgain = Long.MIN_VALUE;

  /** Adds a task. */
  public Event<T> add(T owner, long atNanos, Runnable task) {
    Event<T> event = new Event<>(owner, task, atNanos, added);
    added++;
    insert(event);
    return event;
  }

  /**
   * Adds an event again that was taken out, at a later time: before all others of that time, but
   * after those that were added again before.
   */
  public void addAgain(Event<T> event, long atNanos) {
    event.atNanos = atNanos;
    event.order = addedAgain;
    addedAgain++;
    insert(event);
  }

  /** Takes an event back, in the queue or not. */
  public void cancel(Event<T> event) {
    event.cancel();
    int index = event.index;
    if (index == Event.NOT_QUEUED) {
      return;
    }
    Event<T> last = heap.remove(heap.size() - 1);
    event.index = Event.NOT_QUEUED;
    if (last.index != Event.NOT_QUEUED) {
      place(last, index);
      siftUp(index);
      siftDown(last.index);
    }
  }

  /** Takes the next event out, if it is due by {@code limitNanos}. */
  public @Nullable Event<T> poll(long limitNanos) {
    if (heap.isEmpty() || heap.get(0).atNanos > limitNanos) {
      return null;
    }
    Event<T> first = heap.get(0);
    Event<T> last = heap.remove(heap.size() - 1);
    if (!heap.isEmpty()) {
      place(last, 0);
      siftDown(0);
    }
    first.index = Event.NOT_QUEUED;
    return first;
  }

  /** How many wait. */
  public int size() {
    return heap.size();
  }

  private void insert(Event<T> event) {
    heap.add(event);
    event.index = heap.size() - 1;
    siftUp(event.index);
  }

  private void siftUp(int start) {
    int index = start;
    Event<T> event = heap.get(index);
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      if (!before(event, heap.get(parent))) {
        break;
      }
      place(heap.get(parent), index);
      index = parent;
    }
    place(event, index);
  }

  private void siftDown(int start) {
    int index = start;
    Event<T> event = heap.get(index);
    int child = firstChild(index);
    while (child < heap.size() && before(heap.get(child), event)) {
      place(heap.get(child), index);
      index = child;
      child = firstChild(index);
    }
    place(event, index);
  }

  /** The child that comes first, or an index out of the heap. */
  private int firstChild(int index) {
    int left = 2 * index + 1;
    int right = left + 1;
    return right < heap.size() && before(heap.get(right), heap.get(left)) ? right : left;
  }

  private void place(Event<T> event, int index) {
    heap.set(index, event);
    event.index = index;
  }

  private static boolean before(Event<?> a, Event<?> b) {
    return a.atNanos != b.atNanos ? a.atNanos < b.atNanos : a.order < b.order;
  }
}
