// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.RebalanceMode;
import org.junit.jupiter.api.Test;

class RebalancersTest {
  private static final Rebalancer KEEP = (config, previous, cluster, current) -> previous;

  @Test
  void findsTheBuiltInOnesByMode() {
    Rebalancers rebalancers = Rebalancers.builtIn();

    assertThat(rebalancers.find(new RebalanceMode.FullAuto()))
        .containsInstanceOf(FullAutoRebalancer.class);
    assertThat(rebalancers.find(new RebalanceMode.SemiAuto(ImmutableSortedMap.of())))
        .containsInstanceOf(SemiAutoRebalancer.class);
    assertThat(rebalancers.find(new RebalanceMode.Customized(ImmutableSortedMap.of())))
        .containsInstanceOf(CustomizedRebalancer.class);
    assertThat(rebalancers.names()).isEmpty();
  }

  @Test
  void findsTheUsersOnesByNameAndLeavesTheRegistryItCameFromAlone() {
    Rebalancers rebalancers = Rebalancers.builtIn().with("keep", KEEP);

    assertThat(rebalancers.find(new RebalanceMode.UserDefined("keep"))).containsSame(KEEP);
    assertThat(rebalancers.find(new RebalanceMode.UserDefined("other"))).isEmpty();
    assertThat(rebalancers.find(new RebalanceMode.FullAuto())).isPresent();
    assertThat(rebalancers.names()).containsExactly("keep");
    assertThat(Rebalancers.builtIn().find(new RebalanceMode.UserDefined("keep")))
        .isEmpty();
  }

  @Test
  void refusesNamesThatAreTakenOrNotAllowed() {
    Rebalancers rebalancers = Rebalancers.builtIn().with("keep", KEEP);

    assertThatThrownBy(() -> rebalancers.with("keep", KEEP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'keep'");
    assertThatThrownBy(() -> rebalancers.with("a/b", KEEP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a/b'");
  }
}
