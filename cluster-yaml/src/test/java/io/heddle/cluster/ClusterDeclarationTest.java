// SPDX-License-Identifier: Apache-2.0
package io.heddle.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.admin.ClusterAdmin;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.StateModels;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.memory.MemoryStore;
import io.heddle.yaml.YamlError;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClusterDeclarationTest {
  private static final String LOCKS = """
      clusterName: locks
      autoJoinAllowed: true
      participants:
        - {name: node-0, host: localhost, port: 8900}
        - {host: host-1, port: 8901}
      resources:
        - name: lock-group
          rebalancer: {mode: SEMI_AUTO}
          partitions: {count: 3, replicas: 2}
          stateModel:
            name: Exclusive
            states: [FREE, HELD, READY, DROPPED]
            transitions:
              - {name: FREE-READY, from: FREE, to: READY}
              - {name: READY-HELD, from: READY, to: HELD}
              - {name: HELD-READY, from: HELD, to: READY}
              - {name: READY-FREE, from: READY, to: FREE}
              - {name: FREE-DROPPED, from: FREE, to: DROPPED}
              - {name: ERROR-FREE, from: ERROR, to: FREE}
            initialState: FREE
          constraints:
            state:
              counts:
                - {name: HELD, count: "1"}
                - {name: READY, count: R}
              priorityList: [HELD, READY, FREE]
            transition:
              priorityList: [HELD-READY, READY-FREE]
      """;

  private static ClusterDeclaration read(String yaml) {
    return ClusterDeclaration.read("cluster.yaml", yaml);
  }

  private static void refuses(String yaml, String... words) {
    assertThatThrownBy(() -> read(yaml)).isInstanceOf(YamlError.class).satisfies(e -> {
      for (String word : words) {
        assertThat(e).hasMessageContaining(word);
      }
    });
  }

  private static String resource(String rest) {
    return "clusterName: c\nresources:\n  - name: r\n    partitions: {count: 1, replicas: 1}\n"
        + rest.indent(4);
  }

  @Test
  void readsWhatTheFieldDeclares() {
    ClusterDeclaration cluster = read(LOCKS);

    assertThat(cluster.clusterName()).isEqualTo("locks");
    assertThat(cluster.autoJoinAllowed()).isTrue();
    assertThat(cluster.participants())
        .extracting(InstanceSpec::id)
        .containsExactly(InstanceId.of("node-0"), InstanceId.of("host-1_8901"));
    StateModel model = cluster.stateModels().get(0);
    assertThat(model.name()).isEqualTo("Exclusive");
    assertThat(model.states().keySet()).containsExactly("HELD", "READY", "FREE");
    assertThat(model.states())
        .containsEntry("HELD", Bound.of(1))
        .containsEntry("READY", new Bound.Replicas())
        .containsEntry("FREE", new Bound.Unlimited());
    assertThat(model.topState()).hasValue("HELD");
    assertThat(model.transitions())
        .startsWith(new Transition("HELD", "READY"), new Transition("READY", "FREE"))
        .hasSize(5);
  }

  @Test
  void givesEachPartitionItsListOfInstances() {
    ResourceSpec resource = read(LOCKS).resources().get(0);

    assertThat(resource.stateModel()).isEqualTo("Exclusive");
    assertThat(((RebalanceMode.SemiAuto) resource.mode()).preferenceLists().values())
        .extracting(list -> list.get(0).name())
        .containsExactly("node-0", "host-1_8901", "node-0");
  }

  @Test
  void namesABuiltInModelOnly() {
    ClusterDeclaration cluster = read(resource("""
        rebalancer: {mode: FULL_AUTO}
        stateModel: {name: OnlineOfflineWithBootstrap}
        """));

    assertThat(cluster.stateModels()).isEmpty();
    assertThat(cluster.resources().get(0).stateModel())
        .isEqualTo(StateModels.ONLINE_OFFLINE_WITH_BOOTSTRAP.name());
  }

  @Test
  void showsWhereAModelIsWrongAndWhy() {
    refuses(resource("""
        stateModel:
          name: Mine
          states: [ON, OFF]
          transitions: [{name: up, from: OFF, to: ON}]
          initialState: OFF
        """), "cluster.yaml:6", "NEVER_DROPPED OFF", "DEAD_END ON", "OFF>ON");
    refuses(resource("stateModel: {name: Masterslave}"), "is not known", "MasterSlave");
    refuses(resource("""
        stateModel: {name: MasterSlave, states: [ON], transitions: [{from: ON, to: DROPPED}], \
        initialState: ON}
        """), "is built in, and not as declared here");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refuses("clusterName: c\nparticipant: []\n", "participant", "participants");
    refuses("clusterName: c\nparticipants: [{port: 1}]\n", "needs a name, or host and port");
    refuses(
        "clusterName: c\nparticipants: [{name: a}, {name: a}]\n", "participant a is there twice");
    refuses(resource("stateModel: {name: MasterSlave}\nrebalancer: {mode: AUTO}"), "FULL_AUTO");
    refuses(
        resource("stateModel: {name: MasterSlave}\nrebalancer: {mode: FULL_AUTO, class: x}"),
        "goes with the mode USER_DEFINED only");
    refuses(LOCKS.replace("[HELD, READY, FREE]", "[HOLD, READY, FREE]"), "is not one of", "HELD");
    refuses(LOCKS.replace("count: R", "count: Q"), "must be R, N, -1 or a number");
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void makesWhatIsNotThereYetAndLeavesTheRest() throws Exception {
    try (MemoryStore store = new MemoryStore();
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "locks").build()) {
      get(admin.createCluster());
      get(admin.addInstance(InstanceSpec.of("node-0").toBuilder().tag("mine").build()));

      get(read(LOCKS).applyTo(admin));
      get(read(LOCKS).applyTo(admin));

      assertThat(get(admin.instances())).hasSize(2);
      assertThat(get(admin.instance(InstanceId.of("node-0"))).orElseThrow().tags())
          .containsExactly("mine");
      assertThat(get(admin.stateModel("Exclusive"))).isPresent();
      assertThat(get(admin.resource(ResourceId.of("lock-group")))).isPresent();
    }
  }
}
