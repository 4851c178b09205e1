// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {
  private final Lanes<String> lanes = new Lanes<>(MoreExecutors.directExecutor());
  private final List<String> begun = new ArrayList<>();

  @CanIgnoreReturnValue
  private ListenableFuture<String> submit(String key, String name, ListenableFuture<String> until) {
    return lanes.submit(key, () -> {
      begun.add(name);
      return until;
    });
  }

  @Test
  void waitsForTheOperationBeforeUnderTheSameKeyOnly() {
    SettableFuture<String> first = SettableFuture.create();

    submit("a", "a1", first);
    ListenableFuture<String> second = submit("a", "a2", Futures.immediateFuture("done"));
    submit("b", "b1", SettableFuture.create());

    assertThat(begun).containsExactly("a1", "b1");
    first.set("done");
    assertThat(begun).containsExactly("a1", "b1", "a2");
    assertThat(second).isDone();
  }

  @Test
  void goesOnAfterAnOperationThatFailed() {
    ListenableFuture<String> failed = lanes.submit("a", () -> {
      throw new IllegalStateException("on purpose");
    });

    assertThat(submit("a", "a2", Futures.immediateFuture("done"))).isDone();
    assertThat(failed).isDone();
  }

  @Test
  void hasLanesWithWorkOnly() {
    SettableFuture<String> open = SettableFuture.create();
    submit("a", "a1", open);
    submit("a", "a2", Futures.immediateFuture("done"));
    submit("b", "b1", Futures.immediateFuture("done"));

    assertThat(lanes.size()).isEqualTo(1);
    open.set("done");
    assertThat(lanes.size()).isZero();
  }
}
