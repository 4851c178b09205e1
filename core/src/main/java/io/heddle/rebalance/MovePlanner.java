// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.PlacementPolicy.Preference;
import java.util.stream.IntStream;

/**
 * Brings a {@link Placement} to its targets with the fewest moves.
 *
 * <p>Replicas without an instance, and those on instances that have too many, go straight to
 * instances that have too few: the neediest zone first, in it the neediest instance, ties by a hash
 * of the partition. Each such step costs one move, and no solution can do with less than one for
 * each. The few that find no legal place so are brought there by {@link PathSearch}. What then has
 * no place goes to {@link TightPlaces}, which looks for any at all; and {@link WeightExchange}
 * evens out weights where that costs nothing.
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
   * Moves until every instance has its target, or as far as limits allow.
   *
   * @throws IllegalStateException if there is no way though nothing but zones limits it, which
   *     would be a fault of this class
   */
  void run() {
    boolean mayBalance = problem.policy().preference() != Preference.LEAST_MOVEMENT;
    int budget = mayBalance ? budget() : 0;
    if (!isSettled()) {
      if (IntStream.range(0, problem.partitions()).anyMatch(p -> placement.vacantHomes(p) > 0)) {
        paths.exchangeHomes(budget);
      }
      DirectMoves direct = new DirectMoves(problem, placement);
      direct.placeNew();
      direct.relieveFull(budget);
      paths.run(budget);
    }
    if (problem.sites().isLimited() || budget < Integer.MAX_VALUE) {
      new TightPlaces(problem, placement).run();
    } else if (!isSettled()) {
      throw new IllegalStateException("no way to the most even placement");
    }
    new WeightExchange(problem, placement, budget).run();
  }

  /** How many replicas may move for balance alone, those that are under way already taken off. */
  private int budget() {
    if (problem.policy().maxBalanceMoves().isEmpty()) {
      return Integer.MAX_VALUE;
    }
    int underWay = 0;
    for (int p = 0; p < problem.partitions(); p++) {
      for (int k = 0; k < problem.homeCount(p); k++) {
        int home = problem.home(p, k);
        underWay += problem.sites().isAwaited(home) || problem.standing(p, home).isReady() ? 0 : 1;
      }
    }
    return Math.max(0, problem.policy().maxBalanceMoves().getAsInt() - underWay);
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
