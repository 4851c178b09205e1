// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.AdminException.Kind;
import io.heddle.harness.RawClient;
import io.heddle.harness.Waiting;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** An in-memory store with a cluster, its administrator, and a client that plays all others. */
final class Rig implements AutoCloseable {
  final MemoryStore store = new MemoryStore();
  final ClusterPaths paths = new ClusterPaths("orders");
  final ClusterAdmin admin = admin(store);
  final RawClient raw = new RawClient(store);

  static ClusterAdmin admin(io.heddle.store.Store store) {
    return ClusterAdmin.builder(store, ThreadLoop::new, "orders")
        .callTimeout(Duration.ofSeconds(15))
        .build();
  }

  Rig withCluster() {
    ClusterAdmin.Creation unused = Waiting.get(admin.createCluster());
    return this;
  }

  /** Registers an instance as its participant would; it lives until the client is closed. */
  RawClient register(String name, long incarnation) {
    RawClient participant = new RawClient(store);
    InstanceId id = InstanceId.of(name);
    LiveInstance live = new LiveInstance(
        id, incarnation, 1, "host-1", 4711, Optional.empty(), "1", ImmutableSortedMap.of());
    long unused = participant.createEphemeral(paths.live(id), Specs.LIVE.encode(live));
    return participant;
  }

  static AdminException failure(CompletionStage<?> stage) {
    AdminException e = catchThrowableOfType(AdminException.class, () -> Waiting.get(stage));
    if (e == null) {
      throw new AssertionError("it did not fail");
    }
    return e;
  }

  static Kind kind(CompletionStage<?> stage) {
    return failure(stage).kind();
  }

  @Override
  public void close() {
    admin.close();
    raw.close();
    store.close();
  }
}
