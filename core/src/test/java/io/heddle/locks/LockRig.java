// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.runtime.Loop;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Processes with a lock service each, on virtual time. Confined to the test's thread. */
final class LockRig {
  static final Duration SESSION = Duration.ofSeconds(12);

  final VirtualTime time = new VirtualTime();
  final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  final Peer one = new Peer();
  final Peer two = new Peer();

  LockRig() {
    ClusterAdmin admin =
        ClusterAdmin.builder(store, name -> time.newLoop(), "orders").build();
    CompletionStage<?> created = admin.createCluster();
    pass(Duration.ofSeconds(1));
    if (!created.toCompletableFuture().isDone()) {
      throw new AssertionError("the cluster is not there");
    }
    admin.close();
  }

  /** A process. */
  final class Peer {
    final FragileNetwork network = new FragileNetwork();
    final Loop loop = time.newLoop();
    final LockService service = LockService.builder(store.through(network), name -> loop, "orders")
        .sessionTimeout(SESSION)
        .build();

    Attempt acquire(Duration within) {
      return new Attempt(service.acquire("backup", within));
    }
  }

  /** What became of an attempt so far. */
  static final class Attempt {
    @Nullable HeldLock lock;

    @Nullable Throwable failure;

    final List<String> told = new ArrayList<>();

    Attempt(CompletionStage<HeldLock> stage) {
      CompletionStage<Void> unused = stage.handle((got, why) -> {
        lock = got;
        failure = why instanceof CompletionException ? why.getCause() : why;
        if (got != null) {
          CompletionStage<Void> over = got.ended().thenRun(() -> told.add("over"));
          told.add(over == null ? "" : "got");
        }
        return null;
      });
    }

    HeldLock lock() {
      if (lock == null) {
        throw new AssertionError("not got: " + failure);
      }
      return lock;
    }

    boolean holds() {
      return lock != null && lock.isHeld();
    }
  }

  void pass(Duration duration) {
    time.pass(duration);
  }

  void settle() {
    pass(Duration.ofMillis(200));
  }
}
