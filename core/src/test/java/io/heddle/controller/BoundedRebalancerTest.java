// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Rebalancer;
import io.heddle.rebalance.RebalancerConfig;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BoundedRebalancerTest {
  private static final ResourceSpec SPEC = ResourceSpec.builder("db").build();
  private static final ResourceAssignment NOTHING = ResourceAssignment.empty(SPEC.id());

  private static ResourceAssignment ask(Rebalancer rebalancer) {
    return rebalancer.computeResourceMapping(
        RebalancerConfig.of(SPEC, StateModels.ONLINE_OFFLINE),
        NOTHING,
        new Cluster("c", 0, ImmutableSortedMap.of(), ImmutableSortedMap.of()),
        new ResourceCurrentState(SPEC.id(), ImmutableSortedMap.of()));
  }

  @Test
  void handsOnWhatIsAnsweredInTime() {
    try (BoundedRebalancer bounded = new BoundedRebalancer(
        "c", "mine", (config, previous, cluster, current) -> previous, Duration.ofSeconds(20))) {
      assertThat(ask(bounded)).isEqualTo(NOTHING);
    }
  }

  @Test
  void namesTheRebalancerAndWhatItThrewErrorsIncluded() {
    try (BoundedRebalancer bounded = new BoundedRebalancer(
        "c",
        "mine",
        (config, previous, cluster, current) -> {
          throw new NoClassDefFoundError("com/example/Missing");
        },
        Duration.ofSeconds(20))) {
      assertThatThrownBy(() -> ask(bounded))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("rebalancer mine threw java.lang.NoClassDefFoundError: com/example/Missing");
    }
  }

  @Test
  void waitsForASlowAnswerOnceAndAsksAgainWhenItIsOver() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch returned = new CountDownLatch(1);
    Rebalancer slow = (config, previous, cluster, current) -> {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      returned.countDown();
      return previous;
    };
    try (BoundedRebalancer bounded =
        new BoundedRebalancer("c", "mine", slow, Duration.ofMillis(50))) {
      assertThatThrownBy(() -> ask(bounded))
          .hasMessage("rebalancer mine has not answered in PT0.05S");
      assertThatThrownBy(() -> ask(bounded))
          .hasMessage("rebalancer mine still works on an earlier question, beyond PT0.05S");

      release.countDown();
      assertThat(returned.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(answerInTheEnd(bounded)).isEqualTo(NOTHING);
    }
  }

  /** The future of the late call may be done a moment after the call has returned. */
  private static ResourceAssignment answerInTheEnd(Rebalancer bounded) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try {
        return ask(bounded);
      } catch (IllegalStateException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }
}
