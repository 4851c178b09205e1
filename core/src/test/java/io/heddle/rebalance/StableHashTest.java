// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StableHashTest {
  /** Another hash would move replicas on the day of an upgrade. */
  @Test
  void neverChanges() {
    assertThat(StableHash.of("documents")).isEqualTo(2257376665529505274L);
    assertThat(StableHash.of(1, 2)).isEqualTo(-534904783426661026L);
    assertThat(StableHash.of(2, 1)).isNotEqualTo(StableHash.of(1, 2));
  }
}
