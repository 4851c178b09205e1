// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.admin.ClusterAdmin;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Json;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The driver looks at the cluster's format before anything else. */
class ClusterFormatTest {
  private static final WorkflowSpec SPEC = WorkflowSpec.builder("w")
      .job(JobSpec.builder("a").command("c").numberOfTasks(1))
      .build();

  private final MemoryStore store = new MemoryStore();
  private final ThreadLoop loop = new ThreadLoop("raw");
  private final TaskDriver driver = TaskDriver.builder(store, "c").build();

  @AfterEach
  void close() {
    driver.close();
    store.close();
    loop.close();
  }

  private void cluster(int minReader, int minWriter) {
    try (ClusterAdmin admin = ClusterAdmin.builder(store, ThreadLoop::new, "c").build()) {
      Object unused = TaskCluster.get(admin.createCluster());
    }
    Specs.Meta meta = new Specs.Meta(minWriter, minReader, minWriter, "3f5c");
    StoreSession session = store.open(SessionOptions.of(Duration.ofSeconds(10)), loop, event -> {});
    CompletableFuture<Commit> answer = new CompletableFuture<>();
    loop.execute(() -> session.commit(
        List.of(new Op.Set(new ClusterPaths("c").meta(), Specs.META.encode(meta), Op.ANY_VERSION)),
        answer::complete));
    assertThat(TaskCluster.get(answer)).isInstanceOf(Commit.Applied.class);
  }

  private static void assertFails(
      CompletionStage<?> call, TaskException.Kind kind, String message) {
    assertThatThrownBy(() -> call.toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(TaskException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  @Test
  void leavesAClusterAloneWhoseWritersMustKnowANewerFormat() {
    cluster(Json.FORMAT, Json.FORMAT + 1);

    assertFails(
        driver.submit(SPEC),
        TaskException.Kind.INCOMPATIBLE,
        "cluster c: may only be changed by versions that know format 2");
    assertThat(store.contents()).doesNotContainKey(TaskPaths.spec(new ClusterPaths("c"), "w"));
  }

  @Test
  void asksNothingOfAClusterWhoseReadersMustKnowANewerFormat() {
    cluster(Json.FORMAT + 1, Json.FORMAT + 1);

    assertFails(driver.workflow("w"), TaskException.Kind.INCOMPATIBLE, "newer version");
  }

  @Test
  void looksAgainAtTheNextCall() {
    assertFails(driver.submit(SPEC), TaskException.Kind.NO_CLUSTER, "cluster c: it does not exist");
    cluster(Json.FORMAT, Json.FORMAT);

    WorkflowHandle handle = TaskCluster.get(driver.submit(SPEC));

    assertThat(handle.name()).isEqualTo("w");
  }
}
