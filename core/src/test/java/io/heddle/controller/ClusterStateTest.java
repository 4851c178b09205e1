// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.Reason;
import io.heddle.pipeline.InstanceView;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Node;
import io.heddle.store.Stat;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of a live znode that cannot be read. */
class ClusterStateTest {
  private static final ClusterPaths PATHS = new ClusterPaths("c");
  private static final InstanceId A = InstanceId.of("a");
  private static final byte[] GARBAGE = "garbage".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LIVE = Specs.LIVE.encode(
      new LiveInstance(A, 3, 7, "host", 1, Optional.empty(), "1", ImmutableSortedMap.of()));

  private final ClusterState state = new ClusterState();

  private void live(byte[] data) {
    String path = PATHS.live(A);
    state.changed(PATHS.parts(path), new CachedNode(new Node(path, data, new Stat(1, 1, 0, 7))));
  }

  private InstanceView a(String... denied) {
    return Objects.requireNonNull(state.instances(PATHS, Set.of(denied)).get(A));
  }

  @Test
  void oneThatWasNeverReadableIsUnclear() {
    live(GARBAGE);

    assertThat(a().live()).isEmpty();
    assertThat(a().unclear()).contains("/c/live/a/s");
    assertThat(state.unreadable())
        .singleElement()
        .satisfies(reason -> assertThat(reason.entity()).isEqualTo("/c/live/a/s"))
        .satisfies(reason -> assertThat(reason.code()).isEqualTo(Reason.Code.UNREADABLE));
  }

  @Test
  void oneThatCanBeReadAgainIsClear() {
    live(GARBAGE);
    live(LIVE);

    assertThat(a().unclear()).isEmpty();
    assertThat(a().live()).isPresent();
  }

  @Test
  void oneThatWasKnownStaysAsItWas() {
    live(LIVE);
    live(GARBAGE);

    assertThat(a().live()).isPresent();
    assertThat(a("/c/live/a/s").unclear()).isEmpty();
  }

  @Test
  void oneThatIsGoneIsClear() {
    live(GARBAGE);
    state.removed(PATHS.live(A), PATHS.parts(PATHS.live(A)));

    assertThat(state.instances(PATHS, Set.of())).doesNotContainKey(A);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/c/live/a/s", "/c/live/a"})
  void oneThatMayNotBeReadIsUnclear(String denied) {
    assertThat(a(denied).unclear()).contains(denied);
  }
}
