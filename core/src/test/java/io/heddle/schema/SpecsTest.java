// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.ClusterSpec;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written is what is read. */
class SpecsTest {
  private static final ResourceKey DOCUMENTS = new ResourceKey(ResourceId.of("documents"), 9);
  private static final TransitionTimeouts TIMEOUTS = TransitionTimeouts.of(Duration.ofMinutes(2))
      .with("SLAVE", "MASTER", Duration.ofMillis(1_500));
  private static final TransitionRules RULES =
      TransitionRules.DEFAULT.with(TIMEOUTS).with(new TransitionRetries(3, Duration.ofSeconds(2)));

  private static <T> void survives(Codec<T> codec, T document) {
    assertThat(codec.decode(codec.encode(document))).isEqualTo(document);
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void keepsTheRulesOfTransitions() {
    survives(Specs.CLUSTER, ClusterSpec.DEFAULT);
    survives(Specs.CLUSTER, ClusterSpec.DEFAULT.asPaused().with(RULES));
    survives(
        Specs.RESOURCE, ResourceSpec.builder("documents").transitions(RULES).build());
  }

  @Test
  void readsASpecThatSaysNothingOfTransitions() {
    assertThat(Specs.CLUSTER.decode(bytes("{\"f\":1,\"paused\":true}")))
        .isEqualTo(ClusterSpec.DEFAULT.asPaused());
  }

  @Test
  void namesATransitionThatIsNone() {
    assertThatThrownBy(() ->
            Specs.CLUSTER.decode(bytes("{\"f\":1,\"transitions\":{\"timeouts\":{\"MASTER\":5}}}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("'MASTER' is no transition");
    assertThatThrownBy(
            () -> Specs.CLUSTER.decode(bytes("{\"f\":1,\"transitions\":{\"timeouts\":{\"*\":0}}}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("must be 1 ms to 100 days");
  }

  @Test
  void keepsTheTimeoutsOfEachResourceInABucket() {
    ResourceKey other = new ResourceKey(ResourceId.of("others"), 10);
    ImmutableSortedMap<Integer, Target> targets =
        ImmutableSortedMap.of(3, new Target("SLAVE", 5, 0, true));

    survives(
        BucketCodecs.ASSIGNMENT,
        new AssignmentBucket(
            1,
            2,
            5,
            4,
            ImmutableSortedMap.of(
                DOCUMENTS, new AssignmentBucket.Group("MasterSlave", targets, TIMEOUTS),
                other, new AssignmentBucket.Group("MasterSlave", targets))));
  }

  @Test
  void keepsHowOftenAReplicaFailed() {
    survives(
        BucketCodecs.REPORT,
        new ReportBucket(
            1,
            2,
            3,
            ImmutableSortedMap.of(
                DOCUMENTS,
                new ReportBucket.Group(
                    "MasterSlave",
                    ImmutableSortedMap.of(
                        0, new ReplicaState("ERROR", 0, Optional.empty(), "disk", 2),
                        1, new ReplicaState("OFFLINE", 0, Optional.empty(), "", 2),
                        2,
                            new ReplicaState(
                                "SLAVE",
                                0,
                                Optional.of(new ReplicaState.InFlight("MASTER", 7)),
                                "timed out",
                                0))))));
  }
}
