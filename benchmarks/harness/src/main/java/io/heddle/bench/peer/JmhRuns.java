// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs a JMH benchmark in this process, on what the work has set up here. Nothing else has run in
 * it, so that its own process would be no other.
 */
public final class JmhRuns {
  private JmhRuns() {}

  /** Measures each method for one second a run, and tells its time and what it allocates. */
  public static void run(Class<?> benchmark, Request request) throws RunnerException {
    Conversation conversation = request.conversation();
    conversation.progress("JMH, " + request.size("runs") + " runs");
    var results = new Runner(new OptionsBuilder()
            .include(benchmark.getName())
            .forks(0)
            .warmupIterations(request.size("warmups"))
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(request.size("runs"))
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build())
        .run();
    for (RunResult result : results) {
      String name = result.getPrimaryResult().getLabel();
      result.getAggregatedResult().getIterationResults().forEach(iteration -> {
        conversation.value(name, "ns", iteration.getPrimaryResult().getScore());
        var allocated = Objects.requireNonNull(
            iteration.getSecondaryResults().get("gc.alloc.rate.norm"), "no allocation rate");
        conversation.value(name + ", allocated", "B", allocated.getScore());
      });
    }
    conversation.runEnded();
  }
}
