// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.RawClient;
import io.heddle.harness.Waiting;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Reason;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Plan;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new leader that cannot read who lives. */
class UnreadableLiveTest {
  private static final String LIVE = "/c/live/a/s";

  private final MemoryStore store = new MemoryStore();
  private final RawClient other = new RawClient(store);
  private final ClusterAdmin admin =
      ClusterAdmin.builder(store, ThreadLoop::new, "c").build();
  private final ConcurrentHashMap<String, String> states = new ConcurrentHashMap<>();
  private final List<HeddleParticipant> participants = new CopyOnWriteArrayList<>();

  /** Keeps what it is told. */
  private static final class Log implements ControllerListener {
    private final List<Reason> reasons = new CopyOnWriteArrayList<>();
    private final List<Decision> performed = new CopyOnWriteArrayList<>();

    @Override
    public void planned(Plan plan) {
      reasons.addAll(plan.reasons());
    }

    @Override
    public void performed(Decision decision) {
      performed.add(decision);
    }

    private boolean promoted(String instance) {
      return performed.stream()
          .flatMap(decision -> decision.changes().stream())
          .anyMatch(change -> change instanceof Change.SetTarget set
              && set.instance().name().equals(instance)
              && set.target().state().equals("MASTER"));
    }

    private boolean blocked() {
      return reasons.stream()
          .anyMatch(reason -> reason.code() == Reason.Code.TOP_STATE_MAY_BE_HELD
              && reason.detail().contains(LIVE));
    }
  }

  @BeforeEach
  void start() {
    Waiting.get(admin.createCluster());
    for (String name : List.of("a", "b")) {
      Waiting.get(admin.addInstance(InstanceSpec.of(name)));
      HeddleParticipant participant = HeddleParticipant.builder(store, "c", name)
          .stateModel(
              StateModels.MASTER_SLAVE,
              StateModelFactory.ofHandler(partition -> context -> states.put(name, context.to())))
          .build();
      participants.add(participant);
      Waiting.get(participant.start());
    }
    Waiting.get(admin.addResource(ResourceSpec.builder("db")
        .partitions(1)
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .mode(new RebalanceMode.SemiAuto(
            ImmutableSortedMap.of(0, ImmutableList.of(InstanceId.of("a"), InstanceId.of("b")))))
        .build()));
  }

  @AfterEach
  void close() {
    participants.forEach(HeddleParticipant::close);
    admin.close();
    other.close();
    store.close();
  }

  private HeddleController controller(String id, Log log) {
    HeddleController controller =
        HeddleController.builder(store, "c").id(id).listener(log).build();
    Waiting.get(controller.start());
    return controller;
  }

  @Test
  void promotesNobodyWhereTheMasterMayLive() {
    try (HeddleController first = controller("one", new Log())) {
      Waiting.await(
          "a is MASTER, b is SLAVE",
          () -> "MASTER".equals(states.get("a")) && "SLAVE".equals(states.get("b")));
      assertThat(first).isNotNull();
    }
    byte[] live = other.read(LIVE).orElseThrow().data();
    other.set(LIVE, "garbage".getBytes(StandardCharsets.UTF_8));
    Log log = new Log();

    try (HeddleController second = controller("two", log)) {
      Waiting.await("the reason names the znode", log::blocked);

      assertThat(log.promoted("b")).isFalse();
      assertThat(states).containsEntry("a", "MASTER").containsEntry("b", "SLAVE");
      assertThat(second).isNotNull();

      other.set(LIVE, live);
      log.reasons.clear();
      participants.get(0).close();
      Waiting.await(
          "b takes over once a is known to be gone", () -> "MASTER".equals(states.get("b")));
    }
  }
}
