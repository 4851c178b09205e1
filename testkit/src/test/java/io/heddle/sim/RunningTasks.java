// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.InstanceId;
import io.heddle.model.Token;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which attempts have begun, and which run, by token. Confined to the simulation's threads. */
final class RunningTasks {
  private final SimCluster cluster;
  private final Map<Long, SimProcess> begun = new HashMap<>();
  private final TreeMap<Long, SimProcess> running = new TreeMap<>();

  RunningTasks(SimCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * One begins.
   *
   * @return where it had begun before
   */
  Optional<SimProcess> begins(SimProcess process, long token) {
    @Nullable SimProcess before = begun.put(token, process);
    running.put(token, process);
    return Optional.ofNullable(before);
  }

  void ends(long token) {
    running.remove(token);
  }

  boolean hasBegun(long token) {
    return begun.containsKey(token);
  }

  boolean runsIn(SimProcess process, long token) {
    return running.get(token) == process;
  }

  /** One that runs in a participant's process, if that is there and one does. */
  Optional<String> oneOf(InstanceId instance, long processId) {
    SimProcess process = cluster.process(instance.name());
    if (!process.isAlive() || cluster.processId(process) != processId) {
      return Optional.empty();
    }
    return running.entrySet().stream()
        .filter(one -> one.getValue() == process)
        .map(one -> Token.format(one.getKey()))
        .findFirst();
  }
}
