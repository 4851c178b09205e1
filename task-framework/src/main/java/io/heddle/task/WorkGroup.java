// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one instance is given of one job.
 *
 * @param order what it is to do with it
 * @param ranges the tasks, by number; none twice
 */
record WorkGroup(Order order, ImmutableList<WorkRange> ranges) {
  /** What a participant is to do with the tasks of a group. */
  enum Order {
    /** Run them. */
    RUN("r"),
    /** Give back what has not started; let the rest end. */
    RECALL("b"),
    /** Give back what has not started; cancel the rest. */
    CANCEL("x");

    private final String letter;

    Order(String letter) {
      this.letter = letter;
    }

    String letter() {
      return letter;
    }

    static Order of(String letter) {
      for (Order order : values()) {
        if (order.letter.equals(letter)) {
          return order;
        }
      }
      throw new IllegalArgumentException("no order is written as '" + letter + "'");
    }
  }

  /** Nothing. */
  static final WorkGroup EMPTY = new WorkGroup(Order.RUN, ImmutableList.of());

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  int tasks() {
    return ranges.stream().mapToInt(WorkRange::count).sum();
  }

  WorkGroup with(Order newOrder) {
    return new WorkGroup(newOrder, ranges);
  }

  /** The range with a task, if there is one. */
  Optional<WorkRange> find(int task) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      WorkRange range = ranges.get(middle);
      if (range.contains(task)) {
        return Optional.of(range);
      }
      if (range.first() > task) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return Optional.empty();
  }

  /** With more tasks; neighbours are joined. */
  WorkGroup plus(List<WorkRange> more) {
    List<WorkRange> all = new ArrayList<>(ranges);
    all.addAll(more);
    all.sort(Comparator.comparingInt(WorkRange::first));
    List<WorkRange> joined = new ArrayList<>();
    for (WorkRange range : all) {
      WorkRange last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.end() > range.first()) {
        throw new IllegalStateException("task " + range.first() + " is given twice");
      }
      if (last != null && last.meets(range)) {
        joined.set(
            joined.size() - 1,
            new WorkRange(
                last.first(), last.count() + range.count(), last.token(), last.attempt()));
      } else {
        joined.add(range);
      }
    }
    return new WorkGroup(order, ImmutableList.copyOf(joined));
  }

  /**
   * Without some tasks.
   *
   * @param gone sorted, disjoint; only what is there under the same token goes
   * @return empty if one of them is not there
   */
  Optional<WorkGroup> minus(List<Settled> gone) {
    List<WorkRange> rest = new ArrayList<>();
    int index = 0;
    for (WorkRange range : ranges) {
      int from = range.first();
      while (index < gone.size() && gone.get(index).first() < range.end()) {
        Settled out = gone.get(index);
        if (out.first() < from
            || out.until() > range.end()
            || out.token() != range.tokenOf(out.first())) {
          return Optional.empty();
        }
        if (out.first() > from) {
          rest.add(range.part(from, out.first()));
        }
        from = out.until();
        index++;
      }
      if (from < range.end()) {
        rest.add(range.part(from, range.end()));
      }
    }
    return index < gone.size()
        ? Optional.empty()
        : Optional.of(new WorkGroup(order, ImmutableList.copyOf(rest)));
  }
}
