// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * Which replica of each partition is in the top state, given where the replicas are.
 *
 * <p>A partition's <em>candidates</em> are its replicas that have caught up, by their own report;
 * if none has, all that are not in ERROR; if all are, all. The top state stays where it was wanted
 * before, or where it is reported, if a candidate is there. One that is lost goes to the candidate
 * with the fewest; then counts are evened out along shortest chains of role changes, and at last
 * the changes that turn out to be needless are taken back. The result has counts as even as the
 * candidates allow, with the fewest changes of role.
 *
 * <p>Confined to one computation.
 */
final class TopStates {
  private static final int NONE = Placement.NONE;

  private final Problem problem;
  private final Placement placement;
  private final int width;
  private final boolean[] candidate;
  /** Per partition the slot that is in the top state, or {@link #NONE}. */
  private final int[] top;
  /** Per partition the slot that would stay in the top state, or {@link #NONE}. */
  private final int[] kept;

  private final int[] count;
  private final IntLists topsOn;

  TopStates(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    width = placement.width();
    candidate = new boolean[placement.slotCount()];
    top = new int[problem.partitions()];
    kept = new int[problem.partitions()];
    count = new int[problem.instances()];
    topsOn = new IntLists(problem.instances(), problem.partitions());
    Arrays.fill(top, NONE);
    Arrays.fill(kept, NONE);
  }

  /** Decides; afterwards {@link #slot} tells. */
  void run() {
    if (width == 0) {
      return;
    }
    for (int p = 0; p < top.length; p++) {
      findCandidates(p);
      kept[p] = findKept(p);
      if (kept[p] != NONE) {
        give(p, kept[p]);
      }
    }
    for (int p = 0; p < top.length; p++) {
      if (top[p] == NONE) {
        give(p, leastLoadedCandidate(p));
      }
    }
    evenOut();
    takeBackNeedlessChanges();
  }

  /** The slot of a partition that takes the top state. */
  int slot(int p) {
    return top[p];
  }

  private void findCandidates(int p) {
    Standing best = Standing.FAILED;
    for (int s = p * width; s < (p + 1) * width; s++) {
      Standing standing = problem.standing(p, placement.instanceAt(s));
      best = standing.compareTo(best) > 0 ? standing : best;
    }
    Standing needed = best.isReady()
        ? Standing.READY
        : best == Standing.FAILED ? Standing.FAILED : Standing.ABSENT;
    for (int s = p * width; s < (p + 1) * width; s++) {
      candidate[s] = problem.standing(p, placement.instanceAt(s)).compareTo(needed) >= 0;
    }
  }

  private int findKept(int p) {
    int reported = NONE;
    for (int s = p * width; s < (p + 1) * width; s++) {
      if (candidate[s]) {
        int instance = placement.instanceAt(s);
        if (problem.wantedTop(p) == instance) {
          return s;
        }
        if (problem.standing(p, instance) == Standing.TOP) {
          reported = s;
        }
      }
    }
    return reported;
  }

  private int leastLoadedCandidate(int p) {
    int best = NONE;
    for (int s = p * width; s < (p + 1) * width; s++) {
      if (candidate[s] && (best == NONE || isBetter(p, s, best))) {
        best = s;
      }
    }
    return best;
  }

  private boolean isBetter(int p, int slot, int other) {
    int a = placement.instanceAt(slot);
    int b = placement.instanceAt(other);
    if (count[a] != count[b]) {
      return count[a] < count[b];
    }
    if (problem.topLoad(a) != problem.topLoad(b)) {
      return problem.topLoad(a) < problem.topLoad(b);
    }
    return problem.hash(p, a) < problem.hash(p, b);
  }

  private void give(int p, int slot) {
    if (top[p] != NONE) {
      int before = placement.instanceAt(top[p]);
      topsOn.remove(before, p);
      count[before]--;
    }
    top[p] = slot;
    int instance = placement.instanceAt(slot);
    topsOn.add(instance, p);
    count[instance]++;
  }

  /**
   * From the fullest instance downwards: while a chain of role changes leads from it to an instance
   * that has at least two less, one top state goes along it. When none does, everything that can be
   * reached from it is done with: it holds at most one less, and nothing leads out of it.
   */
  private void evenOut() {
    boolean[] done = new boolean[count.length];
    int[] cameBy = new int[count.length];
    int[] queue = new int[count.length];
    int lowest = Arrays.stream(count).min().orElse(0);
    for (int from = fullest(done); from != NONE && count[from] > lowest + 1; from = fullest(done)) {
      int queueLength = 0;
      Arrays.fill(cameBy, NONE);
      queue[queueLength++] = from;
      int end = NONE;
      for (int q = 0; q < queueLength && end == NONE; q++) {
        int here = queue[q];
        for (int p = topsOn.first(here); p != NONE && end == NONE; p = topsOn.next(p)) {
          for (int s = p * width; s < (p + 1) * width && end == NONE; s++) {
            int next = placement.instanceAt(s);
            if (candidate[s] && next != from && cameBy[next] == NONE && !done[next]) {
              cameBy[next] = s;
              queue[queueLength++] = next;
              end = count[next] <= count[from] - 2 ? next : NONE;
            }
          }
        }
      }
      if (end == NONE) {
        for (int q = 0; q < queueLength; q++) {
          done[queue[q]] = true;
        }
      }
      while (end != NONE && end != from) {
        int p = cameBy[end] / width;
        int before = placement.instanceAt(top[p]);
        give(p, cameBy[end]);
        end = before;
      }
    }
  }

  private int fullest(boolean[] done) {
    int fullest = NONE;
    for (int i = 0; i < count.length; i++) {
      if (!done[i] && (fullest == NONE || count[i] > count[fullest])) {
        fullest = i;
      }
    }
    return fullest;
  }

  /** Cancels cycles of negative cost, in which more top states come back than go away. */
  private void takeBackNeedlessChanges() {
    RoleCycles cycles = new RoleCycles(problem.instances(), count, this::relaxRoles);
    while (hasChanges()) {
      int[] slots = cycles.findNegative();
      if (slots.length == 0) {
        return;
      }
      for (int slot : slots) {
        give(slot / width, slot);
      }
    }
  }

  private boolean hasChanges() {
    for (int p = 0; p < top.length; p++) {
      if (kept[p] != NONE && top[p] != kept[p]) {
        return true;
      }
    }
    return false;
  }

  private void relaxRoles(RoleCycles.Edges edges) {
    for (int p = 0; p < top.length; p++) {
      int from = placement.instanceAt(top[p]);
      for (int s = p * width; s < (p + 1) * width; s++) {
        if (candidate[s] && s != top[p]) {
          int cost = (top[p] == kept[p] ? 1 : 0) - (s == kept[p] ? 1 : 0);
          edges.accept(from, placement.instanceAt(s), cost, s);
        }
      }
    }
  }
}
