// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rebalancer alone: a resource is placed on an empty cluster; then one instance is lost. CPU
 * time is that of the whole process, compiler and collector included.
 */
public final class PlacementWork implements Work {
  private final Placer.Factory factory;

  /** With placers of one system. */
  public PlacementWork(Placer.Factory factory) {
    this.factory = factory;
  }

  @Override
  public void run(Request request) throws Exception {
    Placer<?> placer = factory.create(
        request,
        request.size("instances"),
        request.size("zones"),
        request.size("partitions"),
        request.size("replicas"));
    for (int run = -request.size("warmups"); run < request.size("runs"); run++) {
      request.conversation().progress(run < 0 ? "warm-up" : "run " + (run + 1));
      one(request, placer, run);
    }
  }

  private static <T> void one(Request request, Placer<T> placer, int run) {
    Conversation conversation = request.conversation();
    Timed<T> cold = Timed.of(placer.prepare(null, Placer.NONE));
    int[][] before = placer.read(cold.result());
    int lost = Math.floorMod(17 * run, request.size("instances"));
    @Nullable Timed<T> repaired =
        request.size("lose") == 0 ? null : Timed.of(placer.prepare(cold.result(), lost));
    if (run < 0) {
      return;
    }
    conversation.value("cold, CPU", "s", cold.cpuSeconds());
    conversation.value("cold, wall", "s", cold.wallSeconds());
    conversation.value(
        "replicas on an instance, max - min",
        "replicas",
        spread(request, Arrays.stream(before).flatMapToInt(Arrays::stream)));
    conversation.value(
        "masters on an instance, max - min",
        "masters",
        spread(request, Arrays.stream(before).mapToInt(partition -> partition[0])));
    conversation.value(
        "replicas placed",
        "replicas",
        Arrays.stream(before).mapToInt(partition -> partition.length).sum());
    if (repaired != null) {
      Repair repair = Repair.of(before, placer.read(repaired.result()), lost);
      conversation.value("one lost, CPU", "ms", repaired.cpuSeconds() * 1e3);
      conversation.value("one lost, wall", "ms", repaired.wallSeconds() * 1e3);
      conversation.value("one lost, replicas lost", "replicas", repair.replicasLost());
      conversation.value("one lost, replicas placed anew", "replicas", repair.replicasMoved());
      conversation.value("one lost, masters lost", "masters", repair.mastersLost());
      conversation.value("one lost, masters changed", "masters", repair.mastersChanged());
    }
    conversation.runEnded();
  }

  /** The difference between the instance with the most and the one with the fewest. */
  private static int spread(Request request, IntStream holders) {
    int[] counts = new int[request.size("instances")];
    holders.forEach(instance -> counts[instance]++);
    return Arrays.stream(counts).max().orElseThrow()
        - Arrays.stream(counts).min().orElseThrow();
  }

  /** A result, and what it took. */
  private record Timed<T>(T result, double wallSeconds, double cpuSeconds) {
    static <T> Timed<T> of(Supplier<T> work) {
      long cpu = Conversation.processCpuNanos();
      long wall = System.nanoTime();
      T result = work.get();
      return new Timed<>(
          result, (System.nanoTime() - wall) / 1e9, (Conversation.processCpuNanos() - cpu) / 1e9);
    }
  }

  /** What the loss of one instance changed. */
  private record Repair(int replicasLost, int replicasMoved, int mastersLost, int mastersChanged) {
    static Repair of(int[][] before, int[][] after, int lost) {
      int replicasLost = 0;
      int replicasMoved = 0;
      int mastersLost = 0;
      int mastersChanged = 0;
      for (int p = 0; p < before.length; p++) {
        int[] old = before[p];
        replicasLost += contains(old, lost) ? 1 : 0;
        replicasMoved +=
            (int) Arrays.stream(after[p]).filter(i -> !contains(old, i)).count();
        mastersLost += old[0] == lost ? 1 : 0;
        mastersChanged += old[0] == after[p][0] ? 0 : 1;
      }
      return new Repair(replicasLost, replicasMoved, mastersLost, mastersChanged);
    }

    private static boolean contains(int[] instances, int instance) {
      return Arrays.stream(instances).anyMatch(i -> i == instance);
    }
  }
}
