// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.spectator.RoutingTableProvider;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who is master, and who serves, of one partition after the other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LookUpBenchmark {
  private static volatile @Nullable RoutingTableProvider given;
  private static volatile int givenPartitions;

  private RoutingTableProvider routing;
  private int partitions;
  private int next;

  /** Made by JMH. */
  @SuppressWarnings("NullAway.Init")
  public LookUpBenchmark() {}

  /** Says whose table it is; JMH runs in this process. */
  static void setUp(RoutingTableProvider routing, int partitions) {
    given = routing;
    givenPartitions = partitions;
  }

  /** Once for each thread. */
  @Setup
  public void take() {
    routing = Objects.requireNonNull(given);
    partitions = givenPartitions;
  }

  private int partition() {
    next = next + 1 == partitions ? 0 : next + 1;
    return next;
  }

  /** The master. */
  @Benchmark
  public Object master() {
    return routing.getInstances("db", partition(), "MASTER");
  }

  /** The slaves. */
  @Benchmark
  public Object slaves() {
    return routing.getInstances("db", partition(), "SLAVE");
  }
}
