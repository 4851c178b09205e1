// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.harness.Waiting;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Json;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a controller does not take office although nobody else has it. */
class ElectionTest {
  private static final int NEWER = Json.FORMAT + 1;

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  private final ClusterPaths paths = new ClusterPaths("orders");
  private final StoreSession raw =
      store.open(SessionOptions.of(Duration.ofHours(1)), time.newLoop(), event -> {});
  private final HeddleController controller =
      HeddleController.builder(store, "orders").loops(name -> time.newLoop()).build();

  ElectionTest() {
    ClusterAdmin admin =
        ClusterAdmin.builder(store, name -> time.newLoop(), "orders").build();
    CompletionStage<?> created = admin.createCluster();
    time.pass(Duration.ofSeconds(1));
    Object unused = Waiting.get(created);
    admin.close();
  }

  @AfterEach
  void close() {
    controller.close();
    time.pass(Duration.ofSeconds(1));
    store.close();
  }

  private void commit(Op op) {
    List<Commit> answers = new ArrayList<>();
    raw.commit(List.of(op), answers::add);
    time.pass(Duration.ofMillis(1));
    assertThat(answers.get(0)).isInstanceOf(Commit.Applied.class);
  }

  private void meta(Specs.Meta meta) {
    commit(new Op.Set(paths.meta(), Specs.META.encode(meta), Op.ANY_VERSION));
  }

  private void start() {
    CompletionStage<Void> started = controller.start();
    time.pass(Duration.ofSeconds(5));
    Object unused = Waiting.get(started.thenApply(nothing -> "started"));
  }

  @Test
  void leavesAClusterAloneWhoseWritersMustKnowANewerFormat() {
    meta(new Specs.Meta(NEWER, Json.FORMAT, NEWER, "3f5c"));

    start();

    assertThat(controller.epoch()).isEmpty();
    assertThat(store.contents()).doesNotContainKey(paths.leader());
    assertThat(store.contents().get(paths.epoch()))
        .isNotNull()
        .extracting(node -> node.stat().version())
        .isEqualTo(0);
  }

  @Test
  void leavesAClusterAloneWhoseFormatIsNotThere() {
    commit(new Op.Delete(paths.meta(), Op.ANY_VERSION));

    start();

    assertThat(controller.epoch()).isEmpty();
    assertThat(store.contents()).doesNotContainKey(paths.leader());
  }

  @Test
  void takesOfficeOnceItMay() {
    meta(new Specs.Meta(NEWER, NEWER, NEWER, "3f5c"));
    start();

    meta(new Specs.Meta(NEWER, Json.FORMAT, Json.FORMAT, "3f5c"));
    time.pass(Duration.ofSeconds(5));

    assertThat(controller.epoch()).hasValue(1);
  }
}
