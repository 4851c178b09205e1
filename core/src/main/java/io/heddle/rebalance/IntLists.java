// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * Lists of small numbers, each number in at most one list: add and remove in constant time, no
 * object per entry.
 *
 * <p>Confined to one computation.
 */
final class IntLists {
  /** No item. */
  static final int NONE = -1;

  private final int[] head;
  private final int[] next;
  private final int[] previous;

  /** {@code lists} empty lists for the items from 0 to {@code items - 1}. */
  IntLists(int lists, int items) {
    head = new int[lists];
    next = new int[items];
    previous = new int[items];
    Arrays.fill(head, NONE);
  }

  /** Puts an item that is in no list at the front of one. */
  void add(int list, int item) {
    int first = head[list];
    next[item] = first;
    previous[item] = NONE;
    if (first != NONE) {
      previous[first] = item;
    }
    head[list] = item;
  }

  /** Takes an item out of the list that it is in. */
  void remove(int list, int item) {
    if (previous[item] == NONE) {
      head[list] = next[item];
    } else {
      next[previous[item]] = next[item];
    }
    if (next[item] != NONE) {
      previous[next[item]] = previous[item];
    }
  }

  /** The first item of a list, or {@link #NONE}. */
  int first(int list) {
    return head[list];
  }

  /** The item after this one in its list, or {@link #NONE}. */
  int next(int item) {
    return next[item];
  }
}
