// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import io.heddle.locks.HeldLock;
import io.heddle.locks.LeaderElection;
import io.heddle.locks.LockService;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How processes exclude each other; {@code docs/locks.md} shows the parts. */
final class LocksExample implements AutoCloseable {
  private final LockService locks;

  /** The token of the latest backup. */
  final AtomicLong backedUpUnder = new AtomicLong();

  /** The token under which this process schedules, or 0. */
  final AtomicLong schedulesUnder = new AtomicLong();

  LocksExample(Store store, String cluster) {
    // tag::service[]
    locks = LockService.builder(store, ThreadLoop::new, cluster).build();
    // end::service[]
  }

  /** Does a backup, if nobody else does within ten seconds. */
  void backUp() throws Exception {
    // tag::lock[]
    HeldLock lock = locks
        .acquire("backup", Duration.ofSeconds(10))
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
    try {
      writeBackup(lock.fencingToken());
    } finally {
      lock.release();
    }
    // end::lock[]
  }

  private void writeBackup(long token) {
    // A store that is written by many refuses what carries a lower token than it has seen.
    backedUpUnder.accumulateAndGet(token, Math::max);
  }

  /** Schedules while it leads. */
  LeaderElection standForScheduler() {
    // tag::election[]
    LeaderElection election = locks.elect("scheduler", new LeaderElection.Candidate() {
      @Override
      public void leading(HeldLock lead) {
        schedulesUnder.set(lead.fencingToken());
      }

      @Override
      public void lost() {
        schedulesUnder.set(0);
      }
    });
    // end::election[]
    return election;
  }

  @Override
  public void close() {
    locks.close();
  }
}
