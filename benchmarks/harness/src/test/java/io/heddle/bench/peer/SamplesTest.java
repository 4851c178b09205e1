// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SamplesTest {
  private final Samples samples = new Samples();

  @Test
  void givesTheSmallestValueThatCoversTheShare() {
    for (int i = 200; i > 0; i--) {
      samples.add(i);
    }

    assertThat(samples.quantile(0.5)).isEqualTo(100);
    assertThat(samples.quantile(0.95)).isEqualTo(190);
    assertThat(samples.quantile(0.99)).isEqualTo(198);
    assertThat(samples.quantile(1)).isEqualTo(200);
  }

  @Test
  void aLoneValueIsEveryQuantile() {
    samples.add(7);

    assertThat(samples.quantile(0.01)).isEqualTo(7);
    assertThat(samples.quantile(0.99)).isEqualTo(7);
  }

  @Test
  void refusesToMakeFiguresUp() {
    assertThatThrownBy(() -> samples.quantile(0.5)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> samples.quantile(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
