// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Looks for any legal place for replicas that limits keep from an even one.
 *
 * <p>First an instance that has room, the emptiest first, whether it has its share or not. If there
 * is none, an instance that would have room without one other replica that can go elsewhere: one
 * step of what is known as an ejection chain. Packing into several capacities is NP-hard, so that
 * there may be a way that this does not find; what is not placed is explained.
 *
 * <p>Confined to one computation.
 */
final class TightPlaces {
  private static final int NONE = Placement.NONE;

  /** How many pairs of a replica and an instance are looked at in all. */
  private static final long MAX_LOOKS = 50_000_000;

  private final Problem problem;
  private final Placement placement;
  private final int[] order;
  private long looks;

  TightPlaces(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    this.order = IntStream.range(0, problem.instances()).toArray();
  }

  /** Places what can be placed so. */
  void run() {
    boolean left = false;
    for (int s = 0; s < placement.slotCount(); s++) {
      left |= placement.instanceAt(s) == NONE;
    }
    if (!left) {
      return;
    }
    int[] roomy = Arrays.stream(order)
        .filter(i ->
            placement.load(i) < problem.sites().maxCount(i) && !problem.sites().isAwaited(i))
        .toArray();
    for (int s = 0; s < placement.slotCount() && looks < MAX_LOOKS; s++) {
      if (placement.instanceAt(s) == NONE && !placeAnywhere(s, roomy)) {
        makeRoom(s);
      }
    }
  }

  private boolean placeAnywhere(int slot, int[] instances) {
    int to = emptiest(slot, instances, NONE);
    if (to == NONE) {
      return false;
    }
    placement.move(slot, to);
    return true;
  }

  /** The emptiest instance that a slot may go to and that has room; or {@link #NONE}. */
  private int emptiest(int slot, int[] instances, int butNot) {
    int p = slot / placement.width();
    int best = NONE;
    looks += instances.length;
    for (int i : instances) {
      if (i != butNot
          && mayGo(slot, i)
          && placement.fits(p, i)
          && (best == NONE || isBetter(p, i, best))) {
        best = i;
      }
    }
    return best;
  }

  private boolean isBetter(int p, int instance, int other) {
    if (placement.excess(instance) != placement.excess(other)) {
      return placement.excess(instance) < placement.excess(other);
    }
    int fuller = Double.compare(placement.fullness(instance, p), placement.fullness(other, p));
    return fuller < 0 || (fuller == 0 && problem.hash(p, instance) < problem.hash(p, other));
  }

  private boolean mayGo(int slot, int instance) {
    int p = slot / placement.width();
    return !placement.holds(p, instance)
        && !problem.forbids(p, instance)
        && placement.hasRoomInZone(slot, problem.zoneOf(instance));
  }

  private void makeRoom(int slot) {
    int p = slot / placement.width();
    for (int i : order) {
      if (looks >= MAX_LOOKS) {
        return;
      }
      if (!mayGo(slot, i) || problem.sites().isAwaited(i)) {
        continue;
      }
      IntLists on = placement.slotsOn();
      for (int other = on.first(i); other != NONE && looks < MAX_LOOKS; ) {
        int next = on.next(other);
        looks++;
        if (!placement.isPinned(other) && placement.fitsInsteadOf(p, other)) {
          int to = emptiest(other, order, i);
          if (to != NONE) {
            placement.move(other, to);
            placement.move(slot, i);
            return;
          }
        }
        other = next;
      }
    }
  }
}
