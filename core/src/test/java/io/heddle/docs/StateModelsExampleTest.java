// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.Waiting;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

/** What docs/state-models.md shows is so. */
class StateModelsExampleTest {
  @Test
  void doesWhatThePageSays() {
    assertThat(StateModelsExample.model().topState()).isEmpty();
    assertThat(StateModelsExample.model().baseState()).isEqualTo("WARM");
    assertThat(StateModelsExample.problems())
        .extracting(Object::toString)
        .containsExactly(
            "DEAD_END UP: a replica gets there by DOWN>UP, and no transition leaves it");
    try (MemoryStore store = new MemoryStore();
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "orders").build()) {
      assertThat(Waiting.get(admin.createCluster())).isNotNull();
      assertThat(Waiting.get(StateModelsExample.limit(admin))).isNotNull();
      assertThat(Waiting.get(admin.clusterSpec()).transitions().throttles().tasksPerInstance())
          .hasValue(3);
      assertThat(Waiting.get(StateModelsExample.reset(admin))).isEmpty();
    }
  }
}
