// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.Reason;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.Throttle;
import io.heddle.model.Throttle.Load;
import io.heddle.model.Throttle.Scope;
import io.heddle.model.ThrottleSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Which of the steps that could be taken are taken now.
 *
 * <p>Goals: never more under way than the throttles allow; recovery before balance, and first the
 * partitions that nobody serves; no partition loses its top state to a throttle.
 *
 * <p>Method: what is under way is counted first, for all partitions; then the proposed steps are
 * admitted one after the other, the most urgent first, each counted at once. The order that takes a
 * top state away counts as the promotion that follows it, and so does a hand-over between the two:
 * who may not be promoted now is not made room for.
 *
 * <p>Confined to one pass.
 */
final class Throttles {
  private final ThrottleSpec cluster;
  private final List<Rule> rules = new ArrayList<>();
  private final Map<Cell, Integer> underWay = new HashMap<>();
  private final TreeMap<ResourceId, Integer> troubled = new TreeMap<>();
  private final TreeMap<ResourceId, Integer> thresholds = new TreeMap<>();
  private final List<Proposal> proposals = new ArrayList<>();
  private final List<Reason> reasons = new ArrayList<>();
  private int allTroubled;

  /** A throttle, and the resource whose own it is. */
  private record Rule(int number, Optional<ResourceId> owner, Throttle throttle) {
    boolean fits(Step step) {
      return owner.filter(o -> !o.equals(step.resource())).isEmpty()
          && throttle.fits(step.load(), step.transition(), step.resource(), step.instance());
    }

    Cell cell(Step step) {
      return new Cell(
          number,
          switch (throttle.scope()) {
            case CLUSTER -> "";
            case RESOURCE -> step.resource().name();
            case INSTANCE -> step.instance().name();
          });
    }
  }

  private record Cell(int rule, String where) {}

  /** Which rules stand for each other. */
  private record Group(boolean own, Scope scope, Load load) {}

  /**
   * One replica's way up.
   *
   * @param resource its resource
   * @param instance where it is
   * @param transition the first transition of it
   * @param load why it is made: RECOVERY or LOAD_BALANCE
   */
  record Step(ResourceId resource, InstanceId instance, Transition transition, Load load) {}

  /**
   * A step that could be taken.
   *
   * @param step what is counted
   * @param alsoAllowed what must be allowed as well, and is not counted
   * @param counted what was counted of the same replica: this comes in its place
   * @param partition whose
   * @param serving how many replicas of the partition serve now: the fewest come first
   * @param isTopless whether nobody holds the top state that is wanted
   * @param decision what is to be done if it is admitted
   */
  record Proposal(
      Step step,
      Optional<Step> alsoAllowed,
      Optional<Step> counted,
      PartitionId partition,
      int serving,
      boolean isTopless,
      Decision decision) {
    private int urgency() {
      if (step.load() == Load.LOAD_BALANCE) {
        return 2;
      }
      return isTopless ? 0 : 1;
    }
  }

  Throttles(ThrottleSpec cluster, Iterable<ResourceView> resources) {
    this.cluster = cluster;
    cluster.throttles().forEach(throttle -> add(Optional.empty(), throttle));
    for (ResourceView resource : resources) {
      ThrottleSpec own = resource.spec().transitions().throttles();
      ResourceId id = resource.key().resource();
      own.throttles().forEach(throttle -> add(Optional.of(id), throttle));
      own.errorThreshold().ifPresent(threshold -> thresholds.put(id, threshold));
    }
  }

  private void add(Optional<ResourceId> owner, Throttle throttle) {
    rules.add(new Rule(rules.size(), owner, throttle));
  }

  /** Whether there is nothing to keep to. */
  boolean areIdle() {
    return rules.isEmpty() && thresholds.isEmpty() && cluster.errorThreshold().isEmpty();
  }

  /** A step is under way. */
  void underWay(Step step) {
    count(step, 1);
  }

  private void count(Step step, int change) {
    for (Rule rule : rules) {
      if (rule.fits(step)) {
        underWay.merge(rule.cell(step), change, Integer::sum);
      }
    }
  }

  /** A partition is in ERROR, or lacks replicas. */
  void troubled(ResourceId resource) {
    allTroubled++;
    troubled.merge(resource, 1, Integer::sum);
  }

  void propose(Proposal proposal) {
    proposals.add(proposal);
  }

  /** What may be done now, the most urgent first. */
  List<Decision> admitted() {
    List<Decision> admitted = new ArrayList<>();
    proposals.stream()
        .sorted(Comparator.comparingInt(Proposal::urgency).thenComparingInt(Proposal::serving))
        .forEach(proposal -> {
          proposal.counted().ifPresent(step -> count(step, -1));
          Optional<String> refusal =
              refusal(proposal.step()).or(() -> proposal.alsoAllowed().flatMap(this::refusal));
          if (refusal.isEmpty()) {
            underWay(proposal.step());
            admitted.add(proposal.decision());
          } else {
            proposal.counted().ifPresent(step -> count(step, 1));
            reasons.add(new Reason(
                Reason.Code.THROTTLED,
                proposal.partition() + "@" + proposal.step().instance(),
                proposal.step().transition() + " waits: " + refusal.get()));
          }
        });
    return admitted;
  }

  /** Why steps were not admitted. */
  List<Reason> reasons() {
    return reasons;
  }

  private Optional<String> refusal(Step step) {
    Map<Group, Rule> binding = new HashMap<>();
    for (Rule rule : rules) {
      if (rule.fits(step)) {
        binding.merge(
            new Group(
                rule.owner().isPresent(),
                rule.throttle().scope(),
                rule.throttle().load()),
            rule,
            Throttles::narrower);
      }
    }
    return rules.stream()
        .filter(rule -> binding.containsValue(rule))
        .filter(rule -> count(rule, step) >= rule.throttle().limit())
        .map(rule -> count(rule, step) + " are under way, and allowed are " + rule.throttle())
        .findFirst()
        .or(() -> held(step));
  }

  private static Rule narrower(Rule one, Rule other) {
    int order = Comparator.<Rule>comparingInt(rule -> -rule.throttle().precision())
        .thenComparingInt(rule -> rule.throttle().limit())
        .compare(one, other);
    return order <= 0 ? one : other;
  }

  private int count(Rule rule, Step step) {
    return underWay.getOrDefault(rule.cell(step), 0);
  }

  private Optional<String> held(Step step) {
    if (step.load() != Load.LOAD_BALANCE) {
      return Optional.empty();
    }
    OptionalInt own = thresholds.containsKey(step.resource())
        ? OptionalInt.of(thresholds.getOrDefault(step.resource(), 0))
        : OptionalInt.empty();
    return held(own, troubled.getOrDefault(step.resource(), 0), "of the resource")
        .or(() -> held(cluster.errorThreshold(), allTroubled, "of the cluster"));
  }

  private static Optional<String> held(OptionalInt threshold, int count, String whose) {
    return threshold.isPresent() && count > threshold.getAsInt()
        ? Optional.of(count + " partitions " + whose + " are in ERROR or lack replicas; above "
            + threshold.getAsInt() + " nothing moves for balance")
        : Optional.empty();
  }
}
