// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import java.util.Arrays;
import java.util.Map;

/**
 * A question to {@link FullAutoRebalancer} in numbers: eligible instances, zones and partitions are
 * ints from 0, what is known of replicas lies in flat arrays.
 *
 * <p>The <em>homes</em> of a partition are the eligible instances that were to hold it last time;
 * if none were wanted at all, as after a restart of the controller, those that report it. Of homes
 * on lost instances that are waited for, so many are given up at once that enough live replicas are
 * wanted.
 *
 * <p>Not changed after construction.
 */
final class Problem {
  /** No instance. */
  static final int NONE = -1;

  /** The greatest number of replicas of one resource; some 30 bytes of memory go with each. */
  static final int MAX_REPLICAS = 100_000_000;

  private final RebalancerConfig config;
  private final Sites sites;
  private final Weights weights;
  private final StateModel model;
  private final StatePlan plan;
  private final long seed;
  private final int partitions;
  private final int replicas;

  private final int[] homeStart;
  private int[] homes;
  private final int[] wantedTop;
  private final int[] topBefore;
  private final boolean[] hadTop;
  private final boolean[] plain;
  private final int[] preferred;
  private final int[] reportStart;
  private int[] reporters = new int[64];
  private Standing[] standings = new Standing[64];
  private int homeCount;
  private int reportCount;

  Problem(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    this.config = config;
    ResourceSpec resource = config.resource();
    weights = new Weights(resource);
    sites = new Sites(config, cluster, weights);
    model = config.stateModel();
    plan = StatePlan.of(model, resource.replicas());
    seed = StableHash.of(resource.id().name());
    partitions = resource.partitions();
    replicas = Math.min(resource.replicas(), sites.count());
    if ((long) partitions * replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("resource " + resource.id() + ": " + partitions
          + " partitions of " + replicas + " replicas are more than " + MAX_REPLICAS);
    }
    homeStart = new int[partitions + 1];
    homes = new int[Math.max(64, previous.states().isEmpty() ? 64 : partitions * replicas)];
    wantedTop = new int[partitions];
    topBefore = new int[partitions];
    hadTop = new boolean[partitions];
    plain = new boolean[partitions];
    reportStart = new int[partitions + 1];
    preferred = readPreferred(resource);
    readReports(current);
    readHomes(previous);
  }

  private int[] readPreferred(ResourceSpec resource) {
    Map<Integer, InstanceId> leaders = resource.placement().preferredLeaders();
    if (leaders.isEmpty()) {
      return new int[0];
    }
    int[] instances = new int[partitions];
    Arrays.fill(instances, NONE);
    leaders.forEach((p, id) -> {
      int index = sites.indexOf(id);
      instances[p] =
          index != NONE && !sites.forbids(p, index) && sites.maxCount(index) > 0 ? index : NONE;
    });
    return instances;
  }

  private void readReports(ResourceCurrentState current) {
    int p = 0;
    for (Map.Entry<Integer, ImmutableSortedMap<InstanceId, ReplicaState>> row :
        current.replicas().entrySet()) {
      int number = row.getKey();
      if (number < 0 || number >= partitions) {
        continue;
      }
      Arrays.fill(reportStart, p + 1, number + 1, reportCount);
      p = number;
      for (Map.Entry<InstanceId, ReplicaState> report : row.getValue().entrySet()) {
        int index = sites.indexOf(report.getKey());
        if (index != NONE) {
          addReport(index, Standing.of(report.getValue(), model, plan.rest()));
        }
      }
    }
    Arrays.fill(reportStart, p + 1, partitions + 1, reportCount);
  }

  private void addReport(int instance, Standing standing) {
    if (reportCount == reporters.length) {
      reporters = Arrays.copyOf(reporters, 2 * reportCount);
      standings = Arrays.copyOf(standings, 2 * reportCount);
    }
    reporters[reportCount] = instance;
    standings[reportCount++] = standing;
  }

  private void readHomes(ResourceAssignment previous) {
    Arrays.fill(wantedTop, NONE);
    int p = 0;
    for (Map.Entry<Integer, ImmutableSortedMap<InstanceId, String>> row :
        previous.states().entrySet()) {
      int number = row.getKey();
      if (number < 0 || number >= partitions || row.getValue().isEmpty()) {
        continue;
      }
      while (p < number) {
        takeReportedHomes(p++);
      }
      boolean regular = plan.middle().isEmpty();
      for (Map.Entry<InstanceId, String> replica : row.getValue().entrySet()) {
        boolean top = model.isTop(replica.getValue());
        hadTop[p] |= top;
        regular &= top || replica.getValue().equals(plan.rest());
        int index = sites.indexOf(replica.getKey());
        if (index != NONE && (top || model.states().containsKey(replica.getValue()))) {
          addHome(p, index);
          wantedTop[p] = top ? index : wantedTop[p];
        }
      }
      endHomes(p);
      plain[p] = regular && homeCount - homeStart[p] == row.getValue().size();
      p++;
    }
    while (p < partitions) {
      takeReportedHomes(p++);
    }
  }

  private void takeReportedHomes(int p) {
    for (int k = reportStart[p]; k < reportStart[p + 1]; k++) {
      addHome(p, reporters[k]);
    }
    endHomes(p);
  }

  private void addHome(int p, int instance) {
    if (sites.isDisabled(p, instance)) {
      return;
    }
    if (homeCount == homes.length) {
      homes = Arrays.copyOf(homes, 2 * homeCount);
    }
    homes[homeCount++] = instance;
  }

  private void endHomes(int p) {
    giveUpAwaited(p);
    homeStart[p + 1] = homeCount;
    topBefore[p] = wantedTop[p] == NONE ? reportedTop(p) : wantedTop[p];
  }

  /** Waits for no more replicas than leave enough live ones. */
  private void giveUpAwaited(int p) {
    int active = 0;
    for (int k = homeStart[p]; k < homeCount; k++) {
      active += sites.isAwaited(homes[k]) ? 0 : 1;
    }
    int start = homeStart[p];
    int kept = homeCount - start;
    int missing =
        Math.min(config.resource().placement().minActive(config.resource().replicas()), replicas)
            - active;
    int excess = kept - replicas;
    for (int give = Math.max(missing, excess); give > 0; give--) {
      int out = NONE;
      for (int k = start; k < homeCount; k++) {
        if (sites.isAwaited(homes[k]) && (out == NONE || hash(p, homes[k]) > hash(p, homes[out]))) {
          out = k;
        }
      }
      if (out == NONE) {
        return;
      }
      System.arraycopy(homes, out + 1, homes, out, homeCount - out - 1);
      homeCount--;
    }
  }

  private int reportedTop(int p) {
    for (int k = reportStart[p]; k < reportStart[p + 1]; k++) {
      if (standings[k] == Standing.TOP) {
        return reporters[k];
      }
    }
    return NONE;
  }

  Sites sites() {
    return sites;
  }

  Weights weights() {
    return weights;
  }

  PlacementPolicy policy() {
    return config.policy();
  }

  /** How many instances are eligible. */
  int instances() {
    return sites.count();
  }

  /** The name of an instance. */
  InstanceId id(int instance) {
    return sites.id(instance);
  }

  int partitions() {
    return partitions;
  }

  /** How many replicas each partition can have: as many as asked for, or one on each instance. */
  int replicas() {
    return replicas;
  }

  int zones() {
    return sites.zones();
  }

  int zoneOf(int instance) {
    return sites.zoneOf(instance);
  }

  /** Which states replicas take. */
  StatePlan plan() {
    return plan;
  }

  StateModel model() {
    return model;
  }

  /** Breaks ties between instances for the resource as a whole. */
  long hash(int instance) {
    return StableHash.of(seed, sites.hash(instance));
  }

  /** Breaks ties between instances for a partition. */
  long hash(int partition, int instance) {
    return StableHash.of(seed + partition, sites.hash(instance));
  }

  /** A number that differs from partition to partition, and between rounds. */
  long turn(int partition, int round) {
    return StableHash.of(seed + partition, round);
  }

  int homeCount(int partition) {
    return homeStart[partition + 1] - homeStart[partition];
  }

  int home(int partition, int k) {
    return homes[homeStart[partition] + k];
  }

  boolean isHome(int partition, int instance) {
    for (int k = homeStart[partition]; k < homeStart[partition + 1]; k++) {
      if (homes[k] == instance) {
        return true;
      }
    }
    return false;
  }

  /** The eligible instance that was to be in the top state, or {@link #NONE}. */
  int wantedTop(int partition) {
    return wantedTop[partition];
  }

  /** Where the top state was wanted, else where it is reported, or {@link #NONE}. */
  int topBefore(int partition) {
    return topBefore[partition];
  }

  /** Whether any instance was to be in the top state, eligible now or not. */
  boolean hadTop(int partition) {
    return hadTop[partition];
  }

  /** Whether homes and {@link #wantedTop} say all that was wanted of a partition. */
  boolean isPlain(int partition) {
    return plain[partition];
  }

  /** The instance that is to hold a partition, and its top state, if it can; or {@link #NONE}. */
  int preferred(int partition) {
    return preferred.length == 0 ? NONE : preferred[partition];
  }

  /** Whether an instance must not get a partition, whatever else is there. */
  boolean forbids(int partition, int instance) {
    return sites.forbids(partition, instance);
  }

  /** What an instance reports of a partition. */
  Standing standing(int partition, int instance) {
    for (int k = reportStart[partition]; k < reportStart[partition + 1]; k++) {
      if (reporters[k] == instance) {
        return standings[k];
      }
    }
    return Standing.ABSENT;
  }
}
