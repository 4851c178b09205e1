// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * Which replica of each partition has a role, such as the top state, given where the replicas are.
 *
 * <p>A partition's <em>candidates</em> are its replicas that have no other role and have caught up,
 * by their own report; if none has, all that are not in ERROR; if all are, all. A lost instance
 * that is waited for is none. Where the partition's preferred leader is a candidate for the top
 * state, it is the only one. The role stays where it was wanted before, or where it is reported, if
 * a candidate is there. One that is lost goes to the candidate with the fewest; then counts are
 * evened out along shortest chains of role changes, first of lost ones alone, and at last the
 * changes that turn out to be needless are taken back. The result has counts as even as the
 * candidates allow, with the fewest changes of role.
 *
 * <p>Confined to one computation.
 */
final class RoleHolders {
  private static final int NONE = Placement.NONE;

  /** Finds the slot that has had the role. */
  @FunctionalInterface
  interface Before {
    /**
     * The instance of a partition that was to have the role, or {@link #NONE}; not one that has
     * another role by now.
     */
    int wanted(int partition);
  }

  private final Problem problem;
  private final Placement placement;
  private final Before before;
  private final boolean isTop;
  private final int width;
  private final boolean[] taken;
  private final boolean[] candidate;
  /** Per partition the slot that has the role, or {@link #NONE}. */
  private final int[] holder;
  /** Per partition the slot that would keep the role, or {@link #NONE}. */
  private final int[] kept;

  private final int[] count;
  private final IntLists heldBy;

  /**
   * For one role.
   *
   * @param before who had it
   * @param isTop whether it is the top state
   * @param taken per slot whether it has a role already; this role's holders are added
   * @param count per instance how often it has this state already; this role's are added
   */
  RoleHolders(
      Problem problem,
      Placement placement,
      Before before,
      boolean isTop,
      boolean[] taken,
      int[] count) {
    this.problem = problem;
    this.placement = placement;
    this.before = before;
    this.isTop = isTop;
    this.taken = taken;
    this.count = count;
    width = placement.width();
    candidate = new boolean[placement.slotCount()];
    holder = new int[problem.partitions()];
    kept = new int[problem.partitions()];
    heldBy = new IntLists(problem.instances(), problem.partitions());
    Arrays.fill(holder, NONE);
    Arrays.fill(kept, NONE);
  }

  /** Decides; afterwards {@link #slot} tells. */
  void run() {
    if (width == 0) {
      return;
    }
    for (int p = 0; p < holder.length; p++) {
      findCandidates(p);
      kept[p] = findKept(p);
      if (kept[p] != NONE) {
        give(p, kept[p]);
      }
    }
    for (int p = 0; p < holder.length; p++) {
      int least = holder[p] == NONE ? leastLoadedCandidate(p) : NONE;
      if (least != NONE) {
        give(p, least);
      }
    }
    evenOut(true);
    evenOut(false);
    takeBackNeedlessChanges();
    for (int slot : holder) {
      if (slot != NONE) {
        taken[slot] = true;
      }
    }
  }

  /** The slot of a partition that takes the role; {@link #NONE} if none can. */
  int slot(int p) {
    return holder[p];
  }

  /** The slot of a partition that would have kept the role; {@link #NONE} if none could. */
  int kept(int p) {
    return kept[p];
  }

  /** How often each instance has the state. */
  int count(int instance) {
    return count[instance];
  }

  /** Whether a slot can take the role. */
  boolean isCandidate(int slot) {
    return candidate[slot];
  }

  private void findCandidates(int p) {
    Standing best = Standing.FAILED;
    for (int s = p * width; s < (p + 1) * width; s++) {
      if (isFree(s)) {
        Standing standing = problem.standing(p, placement.instanceAt(s));
        best = standing.compareTo(best) > 0 ? standing : best;
      }
    }
    Standing needed = best.isReady()
        ? Standing.READY
        : best == Standing.FAILED ? Standing.FAILED : Standing.ABSENT;
    for (int s = p * width; s < (p + 1) * width; s++) {
      candidate[s] =
          isFree(s) && problem.standing(p, placement.instanceAt(s)).compareTo(needed) >= 0;
    }
    if (isTop && problem.preferred(p) != NONE) {
      leavePreferred(p);
    }
  }

  private boolean isFree(int slot) {
    int instance = placement.instanceAt(slot);
    return instance != NONE && !taken[slot] && !problem.sites().isAwaited(instance);
  }

  private void leavePreferred(int p) {
    for (int s = p * width; s < (p + 1) * width; s++) {
      if (candidate[s] && placement.instanceAt(s) == problem.preferred(p)) {
        Arrays.fill(candidate, p * width, (p + 1) * width, false);
        candidate[s] = true;
        return;
      }
    }
  }

  private int findKept(int p) {
    int wanted = before.wanted(p);
    int reported = NONE;
    for (int s = p * width; s < (p + 1) * width; s++) {
      if (candidate[s]) {
        int instance = placement.instanceAt(s);
        if (wanted == instance) {
          return s;
        }
        if (isTop && problem.standing(p, instance) == Standing.TOP) {
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
    if (problem.sites().topLoad(a) != problem.sites().topLoad(b)) {
      return problem.sites().topLoad(a) < problem.sites().topLoad(b);
    }
    return problem.hash(p, a) < problem.hash(p, b);
  }

  private void give(int p, int slot) {
    if (holder[p] != NONE) {
      int before = placement.instanceAt(holder[p]);
      heldBy.remove(before, p);
      count[before]--;
    }
    holder[p] = slot;
    int instance = placement.instanceAt(slot);
    heldBy.add(instance, p);
    count[instance]++;
  }

  /**
   * From the fullest instance downwards: while a chain of role changes leads from it to an instance
   * that has at least two less, one top state goes along it. When none does, everything that can be
   * reached from it is done with: it holds at most one less, and nothing leads out of it.
   *
   * @param lostOnly whether only roles change that nobody could keep
   */
  private void evenOut(boolean lostOnly) {
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
        for (int p = heldBy.first(here); p != NONE && end == NONE; p = heldBy.next(p)) {
          for (int s = p * width; s < (p + 1) * width && end == NONE; s++) {
            int next = placement.instanceAt(s);
            if (candidate[s]
                && (!lostOnly || kept[p] == NONE)
                && next != from
                && cameBy[next] == NONE
                && !done[next]) {
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
        int before = placement.instanceAt(holder[p]);
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
    for (int p = 0; p < holder.length; p++) {
      if (kept[p] != NONE && holder[p] != kept[p]) {
        return true;
      }
    }
    return false;
  }

  private void relaxRoles(RoleCycles.Edges edges) {
    for (int p = 0; p < holder.length; p++) {
      int from = holder[p] == NONE ? NONE : placement.instanceAt(holder[p]);
      for (int s = p * width; s < (p + 1) * width; s++) {
        if (candidate[s] && from != NONE && s != holder[p]) {
          int cost = (holder[p] == kept[p] ? 1 : 0) - (s == kept[p] ? 1 : 0);
          edges.accept(from, placement.instanceAt(s), cost, s);
        }
      }
    }
  }
}
