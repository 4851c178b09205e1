// SPDX-License-Identifier: Apache-2.0
package io.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.harness.Waiting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadLoopTest {
  private final ThreadLoop loop = new ThreadLoop("thread-loop-test");
  private final CountDownLatch hold = new CountDownLatch(1);

  @AfterEach
  void close() {
    hold.countDown();
    loop.close();
  }

  private void held() {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void waitsUntilTheTaskHasRunAfterAllBeforeIt() {
    AtomicBoolean ran = new AtomicBoolean();
    CountDownLatch before = new CountDownLatch(1);
    loop.execute(before::countDown);

    loop.executeAndWait(() -> ran.set(true));

    assertThat(before.getCount()).isZero();
    assertThat(ran).isTrue();
  }

  @Test
  void waitsForNothingOnItsOwnThread() {
    CompletableFuture<Boolean> ranInBetween = new CompletableFuture<>();
    AtomicBoolean ran = new AtomicBoolean();

    loop.execute(() -> {
      loop.executeAndWait(() -> ran.set(true));
      ranInBetween.complete(ran.get());
    });

    assertThat(Waiting.get(ranInBetween)).isFalse();
    Waiting.await("it runs later", ran::get);
  }

  @Test
  void waitsNoLongerThanItsBoundForABusyLoop() {
    loop.execute(this::held);
    long start = System.nanoTime();

    loop.executeAndWait(() -> {});

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Loop.WAIT);
  }

  @Test
  void waitsForNoTaskThatAnEndedLoopDrops() {
    CompletableFuture<Void> waited = new CompletableFuture<>();
    loop.execute(this::held);
    Thread waiter = new Thread(() -> {
      loop.executeAndWait(() -> {});
      waited.complete(null);
    });
    waiter.start();
    Waiting.await("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);

    loop.close();

    Void unused = Waiting.get(waited);
    loop.executeAndWait(() -> {});
  }

  @Test
  void endsTheWaitOfATaskThatFails() {
    loop.executeAndWait(() -> {
      throw new IllegalStateException("on purpose");
    });

    AtomicBoolean ran = new AtomicBoolean();
    loop.executeAndWait(() -> ran.set(true));
    assertThat(ran).isTrue();
  }
}
