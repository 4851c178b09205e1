// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Maps;
import io.heddle.bench.Options.Size;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The benches, with what each of them measures and how much of it. */
enum Benches {
  /** Throughput of one job, and the latency of a lone task. */
  TASKS {
    @Override
    ImmutableList<Step> steps(Options options) {
      return switch (options.size()) {
        case QUICK -> ImmutableList.of(bulk(options, 200, 30), lone(options, 5, 5));
        case FULL ->
          ImmutableList.of(
              bulk(options, 1_000, 120), bulk(options, 10_000, 60), lone(options, 40, 20));
      };
    }
  },

  /** The rebalancers alone. */
  PLACEMENT {
    @Override
    ImmutableList<Step> steps(Options options) {
      return switch (options.size()) {
        case QUICK ->
          ImmutableList.of(
              placement(options, "CrushEd", 20, 4, 200, BOTH),
              placement(options, "Auto", 20, 4, 200, BOTH),
              placement(options, "WAGED", 20, 4, 200, BOTH));
        case FULL ->
          ImmutableList.of(
              placement(options, "CrushEd", 500, 20, 30_000, BOTH),
              placement(options, "Auto", 500, 20, 30_000, BOTH),
              placement(options, "WAGED", 500, 20, 30_000, BOTH),
              placement(options, "none", 10_000, 20, 1_000_000, HEDDLE_ALONE));
      };
    }
  },

  /** Bring-up of a resource; start of a controller. */
  BRINGUP {
    @Override
    ImmutableList<Step> steps(Options options) {
      return switch (options.size()) {
        case QUICK ->
          ImmutableList.of(bringUp(options, 60, 4), controllerStart(options, 60, 4, BOTH));
        case FULL ->
          ImmutableList.of(
              bringUp(options, 1_000, 20),
              controllerStart(options, 1_000, 20, BOTH),
              controllerStart(options, 30_000, 500, HEDDLE_ALONE));
      };
    }
  },

  /** Fail-over of a killed process. */
  FAILOVER {
    @Override
    ImmutableList<Step> steps(Options options) {
      return switch (options.size()) {
        case QUICK -> ImmutableList.of(failOver(options, 60, 4));
        case FULL -> ImmutableList.of(failOver(options, 2_000, 10));
      };
    }
  },

  /** Look-ups; how soon a change of a master is visible. */
  ROUTING {
    @Override
    ImmutableList<Step> steps(Options options) {
      return switch (options.size()) {
        case QUICK -> ImmutableList.of(lookUp(options, 60, 4), handOver(options, 12, 4, 5));
        case FULL -> ImmutableList.of(lookUp(options, 1_000, 20), handOver(options, 100, 20, 20));
      };
    }
  };

  private static final ImmutableSet<Contestant> BOTH = ImmutableSet.copyOf(Contestant.values());
  private static final ImmutableSet<Contestant> HEDDLE_ALONE = ImmutableSet.of(Contestant.HEDDLE);
  private static final int REPLICAS = 3;

  private static final int PARTICIPANTS = 10;

  /** As many as one instance of Helix runs at a time. */
  private static final int SLOTS = 40;

  /** Its works, in order. */
  abstract ImmutableList<Step> steps(Options options);

  /** The word for it on the command line. */
  String verb() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The bench of a word. */
  static Optional<Benches> of(String verb) {
    return Arrays.stream(values()).filter(bench -> bench.verb().equals(verb)).findFirst();
  }

  /** All words. */
  static String verbs() {
    return Arrays.stream(values()).map(Benches::verb).collect(Collectors.joining(" | "));
  }

  private static int runs(Options options, int otherwise) {
    return options.runs().orElse(options.size() == Size.QUICK ? 1 : otherwise);
  }

  private static Step bulk(Options options, int tasks, int limitSeconds) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.<String, Integer>naturalOrder()
        .put("tasks", tasks)
        .put("participants", PARTICIPANTS)
        .put("slots", SLOTS)
        .put("warmupTasks", Math.min(tasks, 1_000))
        .put("warmupSeconds", warmUps(options, 15))
        .put("limitSeconds", limitSeconds)
        .buildOrThrow();
    int helixRuns = tasks > 1_000 ? 1 : runs(options, 5);
    return new Step(
        "1 job x %,d no-op tasks, %d participants, %d at a time each, fsync on"
            .formatted(tasks, PARTICIPANTS, SLOTS),
        "tasks",
        ImmutableMap.of(
            Contestant.HEDDLE, with(common, "runs", runs(options, 10)),
            Contestant.HELIX, with(common, "runs", helixRuns)),
        Duration.ofSeconds(180 + 8L * limitSeconds));
  }

  private static Step lone(Options options, int heddleTasks, int helixTasks) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "participants",
        PARTICIPANTS,
        "slots",
        SLOTS,
        "runs",
        runs(options, 3),
        "warmupSeconds",
        warmUps(options, 15));
    return new Step(
        "1 lone no-op task, submit to COMPLETED, idle cluster of %d participants"
            .formatted(PARTICIPANTS),
        "lone",
        ImmutableMap.of(
            Contestant.HEDDLE, with(common, "loneTasks", heddleTasks),
            Contestant.HELIX, with(common, "loneTasks", helixTasks)),
        Duration.ofMinutes(10));
  }

  /** WAGED keeps its last answer in ZooKeeper, where this does not go: no loss is measured. */
  private static Step placement(
      Options options,
      String strategy,
      int instances,
      int zones,
      int partitions,
      ImmutableSet<Contestant> contestants) {
    boolean waged = strategy.equals("WAGED");
    boolean alone = contestants.equals(HEDDLE_ALONE);
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.<String, Integer>naturalOrder()
        .put("instances", instances)
        .put("zones", zones)
        .put("partitions", partitions)
        .put("replicas", REPLICAS)
        .put("lose", waged ? 0 : 1)
        .buildOrThrow();
    ImmutableSortedMap<String, Integer> sizes = with(
        common,
        "warmups",
        waged || alone ? 0 : warmUps(options, 2),
        "runs",
        waged || alone ? 1 : runs(options, 5));
    return new Step(
        "placement, %,d instances in %d zones x %,d partitions x %d%s"
            .formatted(instances, zones, partitions, REPLICAS, alone ? "" : "; Helix: " + strategy),
        alone ? "placement-crushed" : "placement-" + strategy.toLowerCase(Locale.ROOT),
        Maps.toMap(contestants, contestant -> sizes),
        Duration.ofMinutes(alone ? 3 : 20));
  }

  private static Step bringUp(Options options, int partitions, int participants) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "partitions", partitions, "replicas", REPLICAS, "participants", participants);
    return new Step(
        "bring-up of %,d partitions x %d on %d participants, no-op transitions"
            .formatted(partitions, REPLICAS, participants),
        "bring-up",
        ImmutableMap.of(
            Contestant.HEDDLE,
                with(common, "warmups", warmUps(options, 3), "runs", runs(options, 10)),
            Contestant.HELIX,
                with(common, "warmups", warmUps(options, 1), "runs", runs(options, 5))),
        Duration.ofMinutes(10));
  }

  private static Step controllerStart(
      Options options, int partitions, int participants, ImmutableSet<Contestant> contestants) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "partitions", partitions, "replicas", REPLICAS, "participants", participants);
    ImmutableSortedMap<String, Integer> sizes =
        with(common, "warmups", warmUps(options, 1), "runs", runs(options, 5));
    return new Step(
        "controller starts: %,d partitions x %d on %d participants"
            .formatted(partitions, REPLICAS, participants),
        "controller-start",
        Maps.toMap(contestants, contestant -> sizes),
        Duration.ofMinutes(10));
  }

  private static Step failOver(Options options, int partitions, int participants) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "partitions", partitions, "replicas", REPLICAS, "participants", participants);
    ImmutableSortedMap<String, Integer> sizes =
        with(common, "warmups", options.size() == Size.QUICK ? 0 : 1, "runs", runs(options, 5));
    return new Step(
        "kill -9 of 1 of %d participants, %,d partitions x %d, end not certified"
            .formatted(participants, partitions, REPLICAS),
        "fail-over",
        Maps.toMap(BOTH, contestant -> sizes),
        Duration.ofMinutes(10));
  }

  private static Step lookUp(Options options, int partitions, int participants) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "partitions", partitions, "replicas", REPLICAS, "participants", participants);
    ImmutableSortedMap<String, Integer> sizes =
        with(common, "warmups", warmUps(options, 5), "runs", runs(options, 10));
    return new Step(
        "routing look-up, %,d partitions x %d on %d participants (JMH)"
            .formatted(partitions, REPLICAS, participants),
        "look-up",
        Maps.toMap(BOTH, contestant -> sizes),
        Duration.ofMinutes(5));
  }

  private static Step handOver(Options options, int partitions, int participants, int handOvers) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "partitions", partitions, "participants", participants, "handOvers", handOvers);
    ImmutableSortedMap<String, Integer> sizes =
        with(common, "warmups", handOvers, "runs", runs(options, 3));
    return new Step(
        "change of a master, idle cluster of %d partitions x %d on %d participants"
            .formatted(partitions, REPLICAS, participants),
        "hand-over",
        Maps.toMap(BOTH, contestant -> sizes),
        Duration.ofMinutes(10));
  }

  private static int warmUps(Options options, int otherwise) {
    return options.size() == Size.QUICK ? 1 : otherwise;
  }

  private static ImmutableSortedMap<String, Integer> with(
      ImmutableSortedMap<String, Integer> common, String a, int sizeA) {
    return ImmutableSortedMap.<String, Integer>naturalOrder()
        .putAll(common)
        .put(a, sizeA)
        .buildOrThrow();
  }

  private static ImmutableSortedMap<String, Integer> with(
      ImmutableSortedMap<String, Integer> common, String a, int sizeA, String b, int sizeB) {
    return ImmutableSortedMap.<String, Integer>naturalOrder()
        .putAll(common)
        .put(a, sizeA)
        .put(b, sizeB)
        .buildOrThrow();
  }
}
