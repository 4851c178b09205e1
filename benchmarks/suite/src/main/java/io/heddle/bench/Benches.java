// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
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
        case QUICK -> ImmutableList.of(bulk(options, 200, 1, 30), lone(options, 5, 5));
        case FULL ->
          ImmutableList.of(
              bulk(options, 1_000, 2, 120), bulk(options, 10_000, 1, 180), lone(options, 100, 50));
      };
    }
  };

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

  private static Step bulk(Options options, int tasks, int helixWarmUps, int limitSeconds) {
    boolean large = tasks > 1_000;
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "tasks", tasks,
        "participants", PARTICIPANTS,
        "slots", SLOTS,
        "warmupTasks", Math.min(tasks, 1_000),
        "limitSeconds", limitSeconds);
    return new Step(
        "1 job x %,d no-op tasks, %d participants, %d at a time each, fsync on"
            .formatted(tasks, PARTICIPANTS, SLOTS),
        "tasks",
        ImmutableMap.of(
            Contestant.HEDDLE,
            with(common, "warmups", 5, "runs", runs(options, 10)),
            Contestant.HELIX,
            with(common, "warmups", helixWarmUps, "runs", large ? 1 : runs(options, 5))),
        Duration.ofSeconds(120 + 8L * limitSeconds));
  }

  private static Step lone(Options options, int heddleTasks, int helixTasks) {
    ImmutableSortedMap<String, Integer> common = ImmutableSortedMap.of(
        "participants", PARTICIPANTS, "slots", SLOTS, "runs", runs(options, 3));
    return new Step(
        "1 lone no-op task, submit to COMPLETED, idle cluster of %d participants"
            .formatted(PARTICIPANTS),
        "lone",
        ImmutableMap.of(
            Contestant.HEDDLE,
            with(common, "loneTasks", heddleTasks, "warmupTasks", 5 * heddleTasks),
            Contestant.HELIX,
            with(common, "loneTasks", helixTasks, "warmupTasks", helixTasks / 2)),
        Duration.ofMinutes(5));
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
