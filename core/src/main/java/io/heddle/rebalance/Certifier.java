// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.rebalance.Certificate.Effort;
import io.heddle.rebalance.Certificate.Evenness;
import io.heddle.rebalance.Certificate.Utilisation;
import org.jspecify.annotations.Nullable;

/**
 * Measures a placement, and proves bounds by counting.
 *
 * <p><b>Evenness of counts.</b> However {@code k} replicas are placed on {@code n} instances, one
 * has at least ⌈k/n⌉ and one at most ⌊k/n⌋; an instance that may hold no more than {@code m} has at
 * most {@code m}; the instances of a zone of size {@code s} that may hold at most {@code b} in all
 * include one that has at most ⌊b/s⌋. The greatest of the former less the least of the latter is
 * the bound.
 *
 * <p><b>Moves.</b> A replica stays only where one was. Partition {@code p} keeps at most as many as
 * it has homes within the zone rule; instance {@code i} keeps at most as many as it has at most in
 * a placement at least as even, and all instances together no more than fit beside the others'
 * least. Both sums bound what stays, so the rest moves.
 *
 * <p>Confined to one computation.
 */
final class Certifier {
  private static final int NONE = Placement.NONE;

  private final Problem problem;
  private final Placement placement;
  private final Spread spread;
  private final int n;
  private long placed;
  private final int[] homesOn;
  private long keepable;
  private int least;
  private int most;

  Certifier(Problem problem, Placement placement, Spread spread) {
    this.problem = problem;
    this.placement = placement;
    this.spread = spread;
    this.n = problem.instances();
    this.homesOn = new int[n];
    int[] inZone = new int[problem.zones()];
    for (int p = 0; p < problem.partitions(); p++) {
      keepable += countHomes(p, inZone);
    }
    for (int s = 0; s < placement.slotCount(); s++) {
      placed += placement.instanceAt(s) == NONE ? 0 : 1;
    }
    least = n == 0 ? 0 : Integer.MAX_VALUE;
    for (int i = 0; i < n; i++) {
      least = Math.min(least, placement.load(i));
      most = Math.max(most, placement.load(i));
    }
  }

  /** Counts the homes of a partition for their instances; how many of them it can keep. */
  private long countHomes(int p, int[] inZone) {
    int kept = 0;
    for (int k = 0; k < problem.homeCount(p); k++) {
      int home = problem.home(p, k);
      homesOn[home]++;
      if (inZone[problem.zoneOf(home)]++ < spread.most(problem.zoneOf(home))) {
        kept++;
      }
    }
    for (int k = 0; k < problem.homeCount(p); k++) {
      inZone[problem.zoneOf(problem.home(p, k))] = 0;
    }
    return Math.min(kept, placement.width());
  }

  /**
   * The certificate.
   *
   * @param tops who has the top state; null if there is none
   */
  Certificate certify(@Nullable RoleHolders tops, int wantedReplicas) {
    return new Certificate(
        (long) problem.partitions() * wantedReplicas,
        placed,
        counts(),
        tops == null ? Evenness.NONE : tops(tops),
        utilisation(),
        moves(),
        tops == null ? new Effort(0, 0) : roleChanges(tops));
  }

  private Evenness counts() {
    if (n == 0) {
      return Evenness.NONE;
    }
    long fewest = placed / n;
    for (int i = 0; i < n; i++) {
      fewest = Math.min(fewest, problem.sites().maxCount(i));
    }
    int[] size = new int[problem.zones()];
    for (int i = 0; i < n; i++) {
      size[problem.zoneOf(i)]++;
    }
    for (int z = 0; z < size.length; z++) {
      fewest = Math.min(fewest, (long) problem.partitions() * spread.most(z) / size[z]);
    }
    long highest = -Math.floorDiv(-placed, n);
    return new Evenness(least, most, (int) Math.max(0, highest - fewest));
  }

  private Effort moves() {
    long count = 0;
    for (int s = 0; s < placement.slotCount(); s++) {
      int instance = placement.instanceAt(s);
      count += instance != NONE && !problem.isHome(s / placement.width(), instance) ? 1 : 0;
    }
    // As even as this: each has from least to most, and all together as many as were placed.
    long base = 0;
    long above = 0;
    for (int i = 0; i < n; i++) {
      base += Math.min(homesOn[i], least);
      above += Math.max(0, Math.min(homesOn[i], most) - least);
    }
    long kept = base + Math.min(above, placed - (long) n * least);
    if (isMostEven()) {
      kept = Math.min(kept, keptIfMostEven());
    }
    return new Effort(count, Math.max(0, placed - Math.min(kept, keepable)));
  }

  /** Whether every instance has what the most even placement gives it. */
  private boolean isMostEven() {
    for (int i = 0; i < n; i++) {
      if (placement.excess(i) != 0) {
        return false;
      }
    }
    return !problem.sites().isLimited();
  }

  private long keptIfMostEven() {
    long kept = 0;
    long odd = 0;
    for (int i = 0; i < n; i++) {
      kept += Math.min(homesOn[i], spread.floor(i));
      odd += homesOn[i] > spread.floor(i) && spread.isRaisable(i) ? 1 : 0;
    }
    return kept + Math.min(odd, spread.extras());
  }

  private Evenness tops(RoleHolders tops) {
    if (n == 0) {
      return Evenness.NONE;
    }
    int[] possible = new int[n];
    int[] forced = new int[n];
    long total = 0;
    for (int p = 0; p < problem.partitions(); p++) {
      total += tops.slot(p) == NONE ? 0 : 1;
      int only = countCandidates(tops, p, possible);
      if (only != NONE) {
        forced[only]++;
      }
    }
    long highest = -Math.floorDiv(-total, n);
    long fewest = total / n;
    int min = Integer.MAX_VALUE;
    int max = 0;
    for (int i = 0; i < n; i++) {
      highest = Math.max(highest, forced[i]);
      fewest = Math.min(fewest, possible[i]);
      min = Math.min(min, tops.count(i));
      max = Math.max(max, tops.count(i));
    }
    return new Evenness(min, max, (int) Math.max(0, highest - fewest));
  }

  /** Counts who could be in the top state; the instance if there is only one, else NONE. */
  private int countCandidates(RoleHolders tops, int p, int[] possible) {
    int count = 0;
    int last = NONE;
    for (int s = p * placement.width(); s < (p + 1) * placement.width(); s++) {
      if (tops.isCandidate(s)) {
        last = placement.instanceAt(s);
        possible[last]++;
        count++;
      }
    }
    return count == 1 ? last : NONE;
  }

  private Effort roleChanges(RoleHolders tops) {
    long had = 0;
    long changes = 0;
    int[] keepers = new int[n];
    int fewest = Integer.MAX_VALUE;
    int highest = 0;
    long total = 0;
    for (int p = 0; p < problem.partitions(); p++) {
      total += tops.slot(p) == NONE ? 0 : 1;
      if (problem.hadTop(p)) {
        had++;
        changes += tops.slot(p) != NONE && tops.slot(p) == tops.kept(p) ? 0 : 1;
      }
      if (tops.kept(p) != NONE) {
        keepers[placement.instanceAt(tops.kept(p))]++;
      }
    }
    for (int i = 0; i < n; i++) {
      fewest = Math.min(fewest, tops.count(i));
      highest = Math.max(highest, tops.count(i));
    }
    long base = 0;
    long above = 0;
    for (int i = 0; i < n; i++) {
      base += Math.min(keepers[i], fewest);
      above += Math.max(0, Math.min(keepers[i], highest) - fewest);
    }
    long kept = n == 0 ? 0 : base + Math.min(above, total - (long) n * fewest);
    return new Effort(changes, Math.max(0, had - kept));
  }

  private ImmutableSortedMap<String, Utilisation> utilisation() {
    ImmutableSortedMap.Builder<String, Utilisation> all = ImmutableSortedMap.naturalOrder();
    Sites sites = problem.sites();
    for (int d = 0; d < problem.weights().count() && n > 0; d++) {
      double fullest = 0;
      double emptiest = Double.MAX_VALUE;
      double sum = 0;
      double size = 0;
      for (int i = 0; i < n; i++) {
        double used = placement.used(i, d) + sites.usedByOthers(i, d);
        fullest = Math.max(fullest, used / sites.size(i, d));
        emptiest = Math.min(emptiest, used / sites.size(i, d));
        sum += used;
        size += sites.size(i, d);
      }
      all.put(
          problem.weights().dimensions().get(d), new Utilisation(emptiest, fullest, sum / size));
    }
    return all.buildOrThrow();
  }
}
