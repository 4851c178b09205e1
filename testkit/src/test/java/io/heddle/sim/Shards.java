// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.PartitionId;
import io.heddle.participant.Lease;
import io.heddle.participant.StateModelFactory;
import io.heddle.participant.TransitionContext;
import io.heddle.participant.TransitionHandler;
import io.heddle.runtime.Loop;
import io.heddle.testkit.FencedStore;
import io.heddle.testkit.SimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replicas within one process, as an application would have them: while one holds a valid
 * lease, it writes to the protected store every few milliseconds. Confined to the simulation's
 * thread.
 */
final class Shards {
  private static final Duration WRITE_EVERY = Duration.ofMillis(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final String TOP = "MASTER";

  private final long processId;
  private final SimProcess process;
  private final FencedStore store;
  private final MasterCheck check;
  private final Loop loop;
  private final List<Shard> shards = new ArrayList<>();
  private long numbers;

  Shards(SimProcess process, long processId, FencedStore store, MasterCheck check) {
    this.process = process;
    this.processId = processId;
    this.store = store;
    this.check = check;
    this.loop = process.newLoop("writer");
    loop.schedule(WRITE_EVERY, this::write);
  }

  StateModelFactory<TransitionHandler> factory() {
    return StateModelFactory.ofHandler(Shard::new);
  }

  SimProcess process() {
    return process;
  }

  long processId() {
    return processId;
  }

  /** Whether a replica of a partition is in the top state, by what its callbacks were told. */
  boolean isMaster(PartitionId partition) {
    return shards.stream().anyMatch(shard -> shard.master && shard.partition.equals(partition));
  }

  /** The partitions of which a replica is in the top state. */
  List<PartitionId> mastered() {
    return shards.stream()
        .filter(shard -> shard.master)
        .map(shard -> shard.partition)
        .toList();
  }

  private void write() {
    boolean busy = false;
    for (Shard shard : List.copyOf(shards)) {
      busy |= shard.write();
    }
    loop.schedule(busy ? WRITE_EVERY : LOOK_EVERY.dividedBy(5), this::write);
  }

  /** One replica. */
  private final class Shard implements TransitionHandler {
    private final PartitionId partition;
    private final String writer;
    private @Nullable Lease lease;
    private boolean master;

    Shard(PartitionId partition) {
      this.partition = partition;
      this.writer = process.name() + "#" + processId + "." + ++numbers;
      shards.add(this);
    }

    /** What a callback throws is its replica's error, and would be lost here. */
    @Override
    public void transition(TransitionContext context) {
      try {
        move(context);
      } catch (AssertionError violation) {
        check.raise(violation);
      }
    }

    private void move(TransitionContext context) {
      if (context.to().equals(TOP) && partition.number() % 2 == 0) {
        // As many users' callbacks begin: if the promotion was taken back meanwhile, this throws,
        // and nothing has happened. The others find out afterwards.
        long unused = context.fencingToken();
      }
      check.transition(process, context);
      if (context.to().equals(TOP)) {
        lease = context.lease();
        master = true;
        check.entered(Shards.this, partition);
        write();
      } else {
        lease = null;
        master = false;
        if (context.to().equals("DROPPED")) {
          shards.remove(this);
        }
      }
    }

    boolean write() {
      Lease held = lease;
      if (held == null || !held.isValid()) {
        return false;
      }
      check.holds(process, partition, held.token());
      var unused = store.write(partition, held.token(), writer);
      return true;
    }
  }
}
