// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * Items ordered by a small number, their level, that only goes down; each step costs constant time.
 *
 * <p>The items lie in one array in ascending order, those of one level side by side. Lowering an
 * item swaps it with the first of its level and moves the border between the two levels by one (the
 * device that orders vertices by degree in Batagelj and Zaveršnik's core decomposition).
 *
 * <p>Confined to one computation.
 */
final class Levels {
  private final int[] order;
  private final int[] position;
  private final int[] level;
  /** Per level the position of its first item, if it has one. */
  private final int[] start;

  /**
   * Orders the items from 0 to {@code levels.length - 1}.
   *
   * @param levels per item its level, at least 0
   */
  Levels(int[] levels) {
    int items = levels.length;
    int highest = Arrays.stream(levels).max().orElse(0);
    level = levels.clone();
    start = new int[highest + 2];
    order = new int[items];
    position = new int[items];
    for (int l : levels) {
      start[l + 1]++;
    }
    for (int l = 0; l <= highest; l++) {
      start[l + 1] += start[l];
    }
    int[] free = start.clone();
    for (int item = 0; item < items; item++) {
      position[item] = free[levels[item]]++;
      order[position[item]] = item;
    }
  }

  /** How many items there are. */
  int size() {
    return order.length;
  }

  /** The item at a position; the highest level comes last. */
  int at(int index) {
    return order[index];
  }

  /** The level of an item. */
  int level(int item) {
    return level[item];
  }

  /** The position of the first item that has the level of the item at this position. */
  int blockStart(int index) {
    return start[level[order[index]]];
  }

  /** Lowers the level of an item by one. */
  void lower(int item) {
    int l = level[item];
    int border = start[l]++;
    int other = order[border];
    int here = position[item];
    order[here] = other;
    position[other] = here;
    order[border] = item;
    position[item] = border;
    level[item] = l - 1;
  }
}
