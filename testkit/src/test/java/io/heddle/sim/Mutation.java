// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static io.heddle.sim.Alterations.assignments;
import static io.heddle.sim.Alterations.reports;

import io.heddle.model.AssignmentBucket;
import io.heddle.model.PartitionId;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import io.heddle.runtime.LoopFactory;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Specs;
import io.heddle.sim.Alteration.AlteredLoop;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.Stat;
import io.heddle.store.Store;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.Surroundings;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Deliberate bugs, each made at the edge of the processes: the code under test has no switch for
 * any of them. What each breaks is a rule of the protocol; which seed catches it, and by which
 * check, is in {@link MutationsIT}.
 */
enum Mutation {
  /** R7: a report acknowledges what was not taken up. */
  ACKNOWLEDGEMENT_IGNORED(Role.PARTICIPANT, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return reports(ops, report -> Alterations.withS(report, Long.MAX_VALUE));
    }
  }),

  /** R6, R7: a report leaves out the transitions in flight. */
  IN_FLIGHT_NOT_REPORTED(Role.PARTICIPANT, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return reports(ops, Alterations::atRest);
    }
  }),

  /** R3, R10: the end of the session stops nothing, and neither does the lease. */
  SESSION_LOSS_IGNORED(Role.PARTICIPANT, () -> new StoppedClock() {
    @Override
    boolean isTold(SessionEvent event, int connections) {
      return event != SessionEvent.EXPIRED;
    }
  }),

  /** A participant acts on what was assigned to another incarnation. */
  ASSIGNED_INCARNATION_IGNORED(Role.PARTICIPANT, OwnIncarnation::new),

  /**
   * R2, R3: a controller's writes go on in another session, and check neither the epoch nor
   * versions.
   */
  NO_EPOCH_CHECK_AND_BLIND_WRITES(Role.CONTROLLER, () -> new SessionReplaced() {
    @Override
    List<Op> sends(List<Op> ops) {
      return ops.get(0) instanceof Op.Check
          ? Alterations.blind(Alterations.unchecked(ops, "/epoch"))
          : ops;
    }
  }),

  /** R2, R3: the same, but versions still guard each znode. */
  NO_EPOCH_CHECK(Role.CONTROLLER, () -> new SessionReplaced() {
    @Override
    List<Op> sends(List<Op> ops) {
      return Alterations.unchecked(ops, "/epoch");
    }
  }),

  /** R2: no check of the epoch alone: session affinity (R3) masks it. */
  NO_EPOCH_CHECK_IN_ONE_SESSION(Role.CONTROLLER, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return Alterations.unchecked(ops, "/epoch");
    }
  }),

  /** R3: writes go on in another session; the check of the epoch (R2) masks it. */
  SESSION_REPLACED(Role.CONTROLLER, SessionReplaced::new),

  /** Reports go on unchecked; that they belong to one session (R3) masks it. */
  NO_INCARNATION_CHECK(Role.PARTICIPANT, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return Alterations.unchecked(ops, "");
    }
  }),

  /** R2, R3 for reports: they go on in another session, and don't check the incarnation. */
  REPORTS_OF_A_FORMER_INCARNATION(Role.PARTICIPANT, () -> new SessionReplaced() {
    @Override
    List<Op> sends(List<Op> ops) {
      return Alterations.blind(Alterations.unchecked(ops, ""));
    }
  }),

  /** R10: the lease never runs out. */
  NO_SELF_FENCING(Role.PARTICIPANT, StoppedClock::new),

  /** R10: the lease runs from when the answer is looked at, not from the sending of the probe. */
  LEASE_FROM_A_BUFFERED_REPLY(Role.PARTICIPANT, LateLease::new),

  /** R11: nobody catches up after a reconnect. */
  NO_CATCH_UP_AFTER_RECONNECT(Role.ANY, () -> new Alteration() {
    @Override
    boolean isTold(SessionEvent event, int connections) {
      return event != SessionEvent.CONNECTED || connections == 0;
    }
  }),

  /** R6: a partition that leaves is forgotten at once, not when that is acknowledged. */
  DROPPED_FORGOTTEN_AT_ONCE(Role.CONTROLLER, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return assignments(
          ops,
          bucket -> Alterations.targets(
              bucket,
              (key, partition, target) ->
                  Optional.of(target).filter(t -> !t.state().equals(StateModel.DROPPED))));
    }
  }),

  /** A promotion comes with a token that was given out before. */
  TOKEN_REUSED(Role.CONTROLLER, FirstToken::new),

  /** R4: a report of which the outcome is unknown is taken for written. */
  UNKNOWN_REPORT_TAKEN_FOR_WRITTEN(Role.PARTICIPANT, UnknownIsApplied::new),

  /** R5: a registration does not bump the incarnation. */
  INCARNATION_NOT_BUMPED(Role.PARTICIPANT, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return ops.stream()
          .map(op -> op instanceof Op.Set set && set.path().contains("/incarnations/")
              ? new Op.Check(set.path(), set.version())
              : op)
          .toList();
    }
  }),

  /** The sequence of reports begins again with each incarnation. */
  SEQUENCE_RESTARTS(Role.PARTICIPANT, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return reports(ops, report -> Alterations.withQ(report, Token.counter(report.q())));
    }
  }),

  /** The bucket of a living incarnation is deleted when nothing is left in it. */
  EMPTY_BUCKET_DELETED(Role.CONTROLLER, () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return ops.stream()
          .map(op -> op instanceof Op.Set set
                  && set.path().contains("/assignments/")
                  && BucketCodecs.ASSIGNMENT.decode(set.data()).groups().isEmpty()
              ? new Op.Delete(set.path(), set.version())
              : op)
          .toList();
    }
  });

  private final Role role;

  @SuppressWarnings("ImmutableEnumChecker") // A constructor, or a lambda that captures nothing.
  private final Supplier<Alteration> alteration;

  Mutation(Role role, Supplier<Alteration> alteration) {
    this.role = role;
    this.alteration = alteration;
  }

  /** Whose bug it is. */
  private enum Role {
    CONTROLLER("controller-"),
    PARTICIPANT("node-"),
    ANY("");

    private final String prefix;

    Role(String prefix) {
      this.prefix = prefix;
    }
  }

  ClusterScenario scenario() {
    return new ClusterScenario(this::surroundings);
  }

  private Surroundings surroundings(Simulation simulation) {
    IdentityHashMap<SimProcess, Alteration> alterations = new IdentityHashMap<>();
    return new Surroundings() {
      @Override
      public Store store(SimProcess process, Store store) {
        return process.name().startsWith(role.prefix)
            ? new AlteredStore(store, of(process))
            : store;
      }

      @Override
      public LoopFactory loops(SimProcess process) {
        return process.name().startsWith(role.prefix)
            ? name -> new AlteredLoop(process.newLoop(name), of(process))
            : process;
      }

      private Alteration of(SimProcess process) {
        return alterations.computeIfAbsent(process, p -> alteration.get());
      }
    };
  }

  private static Commit applied(List<Op> ops) {
    return new Commit.Applied(
        0,
        ops.stream()
            .map(op -> new Stat(0, 0, op instanceof Op.Set set ? set.version() + 1 : 0, 0))
            .collect(com.google.common.collect.ImmutableList.toImmutableList()));
  }

  /** Takes every commit of which the outcome is unknown for applied. */
  private static final class UnknownIsApplied extends Alteration {
    @Override
    Commit hears(List<Op> ops, Commit answer, long waitedNanos) {
      return answer instanceof Commit.Unknown ? applied(ops) : answer;
    }
  }

  /** Goes on with another session, and the role does not know. */
  private static class SessionReplaced extends Alteration {
    @Override
    boolean replacesSessions() {
      return true;
    }
  }

  /** No time passes. */
  private static class StoppedClock extends Alteration {
    @Override
    long nanoTime(long real) {
      return 0;
    }
  }

  /** The clock is put back by as long as a probe took, whenever one is answered. */
  private static final class LateLease extends Alteration {
    private long lag;

    @Override
    Commit hears(List<Op> ops, Commit answer, long waitedNanos) {
      if (ops.size() == 1 && ops.get(0) instanceof Op.Check) {
        lag += waitedNanos;
      }
      return answer;
    }

    @Override
    long nanoTime(long real) {
      return real - lag;
    }
  }

  /** Reads every assignment as if it were for itself. */
  private static final class OwnIncarnation extends Alteration {
    private long own;

    @Override
    List<Op> sends(List<Op> ops) {
      for (Op op : ops) {
        if (op instanceof Op.Create create && create.path().contains("/live/")) {
          own = Specs.LIVE.decode(create.data()).incarnation();
        }
      }
      return ops;
    }

    @Override
    Read reads(Read read) {
      if (!(read instanceof Read.Found found) || !read.path().matches(".*/assignments/.*/.*")) {
        return read;
      }
      Node node = found.node();
      AssignmentBucket bucket = BucketCodecs.ASSIGNMENT.decode(node.data());
      // Before it is registered it can't know; its next number is one above its last.
      long n = own == 0 ? bucket.incarnation() + 1 : own;
      byte[] data = BucketCodecs.ASSIGNMENT.encode(Alterations.withIncarnation(bucket, n));
      return new Read.Found(new Node(node.path(), data, node.stat()));
    }
  }

  /** Remembers the first token of each partition, and gives it out ever again. */
  private static final class FirstToken extends Alteration {
    private final Map<PartitionId, Long> first = new TreeMap<>();

    @Override
    List<Op> sends(List<Op> ops) {
      return assignments(
          ops,
          bucket -> Alterations.targets(bucket, (key, partition, target) -> {
            if (target.token() == Token.NONE) {
              return Optional.of(target);
            }
            long token = first.computeIfAbsent(
                new PartitionId(key.resource(), partition), p -> target.token());
            return Optional.of(
                new AssignmentBucket.Target(target.state(), target.q(), token, target.mayHold()));
          }));
    }
  }
}
