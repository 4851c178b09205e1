// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import io.heddle.model.Cluster;
import io.heddle.model.Reason;
import io.heddle.model.ResourceSpec;
import java.util.Map;
import java.util.TreeMap;

/**
 * Explains what was not placed: for each partition that lacks replicas, what keeps it from each
 * instance, with figures.
 *
 * <p>Confined to one computation.
 */
final class Unplaced {
  /** How many partitions are explained one by one; a last reason counts the others. */
  static final int MAX_REASONS = 100;

  private static final int NONE = Placement.NONE;

  private final RebalancerConfig config;
  private final Cluster cluster;
  private final Problem problem;
  private final Placement placement;
  private final ImmutableList.Builder<Reason> reasons = ImmutableList.builder();
  private int told;

  Unplaced(RebalancerConfig config, Cluster cluster, Problem problem, Placement placement) {
    this.config = config;
    this.cluster = cluster;
    this.problem = problem;
    this.placement = placement;
  }

  /** The reasons; empty if all is placed, each partition within as many fault domains. */
  ImmutableList<Reason> explain(Spread spread) {
    ResourceSpec resource = config.resource();
    String name = resource.id().name();
    if (problem.replicas() < resource.replicas()) {
      reasons.add(new Reason(
          Reason.Code.NO_ELIGIBLE_INSTANCE,
          name,
          problem.replicas() + " of " + resource.replicas() + " replicas placed for each partition:"
              + " " + problem.instances() + " instances are eligible, not "
              + Sites.ineligible(config, cluster)));
    }
    if (spread.isCrowded()) {
      reasons.add(new Reason(
          Reason.Code.NOT_ENOUGH_ZONES,
          name,
          problem.zones() + " fault domains for " + problem.replicas()
              + " replicas: some hold more than one replica of a partition"));
    }
    for (int p = 0; p < problem.partitions(); p++) {
      int missing = 0;
      for (int s = p * placement.width(); s < (p + 1) * placement.width(); s++) {
        missing += placement.instanceAt(s) == NONE ? 1 : 0;
      }
      if (missing > 0 && told++ < MAX_REASONS) {
        reasons.add(explain(p, missing));
      }
    }
    if (told > MAX_REASONS) {
      reasons.add(new Reason(
          Reason.Code.NO_CAPACITY, name, (told - MAX_REASONS) + " more partitions lack replicas"));
    }
    return reasons.build();
  }

  private Reason explain(int p, int missing) {
    TreeMap<String, Integer> why = new TreeMap<>();
    boolean full = false;
    boolean zones = false;
    for (int i = 0; i < problem.instances(); i++) {
      String refusal = refusal(p, i);
      full |= refusal.startsWith("full");
      zones |= refusal.startsWith("in a fault domain");
      why.merge(refusal, 1, Integer::sum);
    }
    Reason.Code code = full
        ? Reason.Code.NO_CAPACITY
        : zones ? Reason.Code.NOT_ENOUGH_ZONES : Reason.Code.NO_ELIGIBLE_INSTANCE;
    StringBuilder detail = new StringBuilder();
    detail.append(missing).append(" of ").append(placement.width()).append(" replicas not placed");
    String separator = ": ";
    for (Map.Entry<String, Integer> entry : why.entrySet()) {
      detail.append(separator).append(entry.getValue()).append(' ').append(entry.getKey());
      separator = ", ";
    }
    appendRoom(detail, p);
    return new Reason(code, config.resource().id() + "/" + p, detail.toString());
  }

  private String refusal(int p, int i) {
    Sites sites = problem.sites();
    if (placement.holds(p, i)) {
      return "hold it already";
    }
    if (sites.isAwaited(i)) {
      return "lost and waited for";
    }
    if (sites.isDisabled(p, i)) {
      return "have it disabled";
    }
    int slot = firstOpen(p);
    if (!placement.hasRoomInZone(slot, problem.zoneOf(i))) {
      return "in a fault domain that holds it already";
    }
    return placement.fits(p, i) ? "not found to fit" : "full";
  }

  private int firstOpen(int p) {
    int slot = p * placement.width();
    while (placement.instanceAt(slot) != NONE) {
      slot++;
    }
    return slot;
  }

  /** What it needs of each dimension, and the most that is left anywhere. */
  private void appendRoom(StringBuilder detail, int p) {
    for (int d = 0; d < problem.weights().count(); d++) {
      long left = 0;
      int where = NONE;
      for (int i = 0; i < problem.instances(); i++) {
        long room = problem.sites().room(i, d) - placement.used(i, d);
        if (where == NONE || room > left) {
          left = room;
          where = i;
        }
      }
      if (where != NONE && left < Sites.UNLIMITED / 2) {
        detail
            .append("; ")
            .append(problem.weights().dimensions().get(d))
            .append(": needs ")
            .append(problem.weights().of(p, d))
            .append(", at most ")
            .append(left)
            .append(" left, on ")
            .append(problem.id(where));
      }
    }
  }
}
