// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableLongArray;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceLimits;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlacementSpecsTest {
  @Test
  void readsWhatItWrote() {
    ClusterSpec cluster = ClusterSpec.DEFAULT.withPlacement(PlacementPolicy.DEFAULT
        .withFaultDomainLevel(2)
        .withPreference(PlacementPolicy.Preference.EVEN_WEIGHTS)
        .withMaxPartitionsPerInstance(70)
        .withMaxBalanceMoves(5)
        .withRebalanceDelay(Duration.ofSeconds(90)));
    InstanceSpec instance = InstanceSpec.builder("DB-1")
        .capacity("cpu", 16)
        .limits(InstanceLimits.NONE
            .withMaxPartitions(9)
            .withDisabledPartitions(ImmutableSet.of(new PartitionId(ResourceId.of("documents"), 3)))
            .withRebalanceDelay(Duration.ofMillis(1_500)))
        .build();
    ResourceSpec resource = ResourceSpec.builder("documents")
        .partitions(4)
        .replicas(3)
        .placement(PlacementRules.builder()
            .weight("cpu", 2)
            .weight("disk", new PlacementRules.Weight(7, ImmutableLongArray.of(1, 2, 3)))
            .maxPartitionsPerInstance(2)
            .minActiveReplicas(1)
            .rebalanceDelay(Duration.ofMinutes(1))
            .antiAffinityGroup("stores")
            .preferredLeader(1, InstanceId.of("DB-1"))
            .disablePartition(3)
            .build())
        .build();

    assertThat(Specs.CLUSTER.decode(Specs.CLUSTER.encode(cluster))).isEqualTo(cluster);
    assertThat(Specs.INSTANCE.decode(Specs.INSTANCE.encode(instance))).isEqualTo(instance);
    assertThat(Specs.RESOURCE.decode(Specs.RESOURCE.encode(resource))).isEqualTo(resource);
    assertThat(resource.toBuilder().build()).isEqualTo(resource);
    assertThat(resource.placement().toBuilder().build()).isEqualTo(resource.placement());
  }

  @Test
  void writesNothingWhereNothingIsSaidAndReadsThatBack() {
    ResourceSpec resource = ResourceSpec.builder("documents").build();

    assertThat(text(Specs.RESOURCE.encode(resource))).doesNotContain("placement");
    assertThat(text(Specs.CLUSTER.encode(ClusterSpec.DEFAULT))).isEqualTo("""
        {"f":1,"paused":false}""");
    assertThat(Specs.CLUSTER.decode(bytes("{\"f\":1}"))).isEqualTo(ClusterSpec.DEFAULT);
    assertThat(Specs.RESOURCE.decode(Specs.RESOURCE.encode(resource))).isEqualTo(resource);
  }

  @Test
  void readsASpecWithFieldsThatItDoesNotKnow() {
    assertThat(Specs.CLUSTER
            .decode(bytes("{\"f\":1,\"placement\":{\"faultDomainLevel\":2,\"new\":[1]}}"))
            .placement())
        .isEqualTo(PlacementPolicy.DEFAULT.withFaultDomainLevel(2));
  }

  @Test
  void saysWhichFigureIsWrong() {
    assertThatThrownBy(
            () -> Specs.CLUSTER.decode(bytes("{\"f\":1,\"placement\":{\"faultDomainLevel\":17}}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("faultDomainLevel must be 0 to 16, not 17");
    assertThatThrownBy(() -> PlacementRules.builder().weight("cpu", -1))
        .hasMessageContaining("a weight must be 0 to");
    assertThatThrownBy(() -> ResourceSpec.builder("documents")
            .placement(PlacementRules.builder().disablePartition(1).build())
            .build())
        .hasMessage("resource documents: disabledPartitions: partitions are 0 to 0, not 1");
    assertThatThrownBy(() -> ResourceSpec.builder("documents")
            .placement(PlacementRules.builder().minActiveReplicas(2).build())
            .build())
        .hasMessageContaining("minActiveReplicas must be 0 to 1");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
