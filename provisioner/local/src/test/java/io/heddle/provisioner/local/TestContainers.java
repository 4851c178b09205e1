// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ClusterAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** What the tests of this package share. */
final class TestContainers {
  static final ClusterAccess ACCESS = ClusterAccess.of("test", "127.0.0.1:2181");
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private TestContainers() {}

  /** A provider whose JVMs start fast. */
  static LocalContainerProviderBuilder builder(Path root) {
    return new LocalContainerProviderBuilder(root, ACCESS)
        .jvmOption("-XX:TieredStopAtLevel=1")
        .jvmOption("-XX:+UseSerialGC")
        .stopGrace(Duration.ofSeconds(5));
  }

  static ContainerSpec spec(String container, String participant, String task, String... config) {
    ImmutableSortedMap.Builder<String, String> settings =
        ImmutableSortedMap.<String, String>naturalOrder().put("do", task);
    for (int i = 0; i < config.length; i += 2) {
      settings.put(config[i], config[i + 1]);
    }
    return new ContainerSpec(
        ContainerId.of(container),
        InstanceId.of(participant),
        ResourceId.of("DB"),
        128,
        0,
        TestChild.class.getName(),
        "",
        settings.buildOrThrow());
  }

  static Participant participant(ContainerSpec spec) {
    return new Participant(
        InstanceSpec.of(spec.participant().name()),
        Optional.empty(),
        Optional.of(new Participant.Container(spec, ContainerState.CONNECTING)));
  }

  /** Waits until something is so. */
  static void await(String what, Condition condition) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Something that comes true. */
  interface Condition {
    boolean holds() throws IOException;
  }
}
