// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.stream.IntStream;

/**
 * Brings a {@link Placement} to its targets with the fewest moves.
 *
 * <p>Replicas without an instance, and those on instances that have too many, go straight to
 * instances that have too few: the neediest zone first, in it the neediest instance, ties by a hash
 * of the partition. Each such step costs one move, and no solution can do with less than one for
 * each. The few that find no legal place so are brought there by {@link PathSearch}.
 *
 * <p>Confined to one computation.
 */
final class MovePlanner {
  private static final int NONE = Placement.NONE;

  private final Problem problem;
  private final Placement placement;
  private final PathSearch paths;

  MovePlanner(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    paths = new PathSearch(problem, placement);
  }

  /**
   * Moves until every instance has its target.
   *
   * @throws IllegalStateException if there is no way, which would be a fault of this class
   */
  void run() {
    if (isSettled()) {
      return;
    }
    if (IntStream.range(0, problem.partitions()).anyMatch(p -> placement.vacantHomes(p) > 0)) {
      paths.exchangeHomes();
    }
    new DirectMoves(problem, placement).run();
    paths.run();
    if (!isSettled()) {
      throw new IllegalStateException("no way to the most even placement");
    }
  }

  private boolean isSettled() {
    for (int s = 0; s < placement.slotCount(); s++) {
      if (placement.instanceAt(s) == NONE) {
        return false;
      }
    }
    for (int i = 0; i < problem.instances(); i++) {
      if (placement.excess(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
