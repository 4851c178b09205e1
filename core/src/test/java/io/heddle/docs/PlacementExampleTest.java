// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceLimits;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Certificate;
import io.heddle.rebalance.FullAutoRebalancer;
import io.heddle.rebalance.PlacementResult;
import io.heddle.rebalance.RebalancerConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The programs of {@code docs/placement.md}. */
class PlacementExampleTest {
  // tag::specs[]
  private static InstanceSpec instance(int number) {
    return InstanceSpec.builder("DB-" + number)
        .zone("eu-" + number % 3 + "/rack-" + number % 2)
        .capacity("cpu", 100)
        .limits(InstanceLimits.NONE.withMaxPartitions(50))
        .build();
  }

  private static ResourceSpec documents() {
    return ResourceSpec.builder("documents")
        .partitions(60)
        .replicas(3)
        .stateModel(StateModels.MASTER_SLAVE)
        .placement(PlacementRules.builder()
            .weight("cpu", 2)
            .minActiveReplicas(2)
            .preferredLeader(0, InstanceId.of("DB-1"))
            .build())
        .build();
  }
  // end::specs[]

  // tag::policy[]
  static CompletionStage<?> waitHalfAMinute(ClusterAdmin admin) {
    return admin.updatePlacement(policy -> policy
        .withRebalanceDelay(Duration.ofSeconds(30))
        .withMaxBalanceMoves(100)
        .withPreference(PlacementPolicy.Preference.EVEN_COUNTS));
  }
  // end::policy[]

  // tag::place[]
  private static PlacementResult place(Cluster cluster) {
    ResourceSpec resource = documents();
    return new FullAutoRebalancer()
        .place(
            RebalancerConfig.of(resource, StateModels.MASTER_SLAVE),
            ResourceAssignment.empty(resource.id()),
            cluster,
            new ResourceCurrentState(resource.id(), ImmutableSortedMap.of()));
  }
  // end::place[]

  @Test
  void placesEvenlyAndProvesIt() {
    PlacementResult result = place(cluster(6));

    Certificate certificate = result.certificate();
    assertThat(certificate.placed()).isEqualTo(180);
    assertThat(certificate.counts()).isEqualTo(new Certificate.Evenness(30, 30, 0));
    assertThat(certificate.tops()).isEqualTo(new Certificate.Evenness(10, 10, 0));
    assertThat(certificate.moves().isLeast()).isTrue();
    assertThat(result.reasons()).isEmpty();
    assertThat(result.assignment().partition(0)).containsEntry(InstanceId.of("DB-1"), "MASTER");
  }

  @Test
  void explainsWhatHasNoRoom() {
    PlacementResult result = place(cluster(3));

    assertThat(result.certificate().placed()).isEqualTo(150);
    assertThat(result.reasons().get(0).toString())
        .matches("documents/\\d+: NO_CAPACITY \\(3 of 3 replicas not placed: 3 full; "
            + "cpu: needs 2, at most 0 left, on DB-1\\)");
  }

  private static Cluster cluster(int instances) {
    ImmutableSortedMap.Builder<InstanceId, Participant> participants =
        ImmutableSortedMap.naturalOrder();
    IntStream.rangeClosed(1, instances).mapToObj(PlacementExampleTest::instance).forEach(spec -> {
      LiveInstance live = new LiveInstance(
          spec.id(), 1, 1, "localhost", 1, Optional.empty(), "1", ImmutableSortedMap.of());
      participants.put(spec.id(), new Participant(spec, Optional.of(live), Optional.empty()));
    });
    return new Cluster("c", 0, participants.buildOrThrow(), ImmutableSortedMap.of());
  }
}
