// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.Token;
import io.heddle.participant.ParticipantExtension;
import io.heddle.runtime.LoopFactory;
import io.heddle.sim.Alteration.AlteredLoop;
import io.heddle.sim.TaskBugs.DeadIgnored;
import io.heddle.sim.TaskBugs.Documents;
import io.heddle.sim.TaskBugs.FirstTokens;
import io.heddle.sim.TaskBugs.Forgetful;
import io.heddle.sim.TaskBugs.NameIsIdentity;
import io.heddle.sim.TaskBugs.OwnWork;
import io.heddle.sim.TaskBugs.RecordedOnly;
import io.heddle.sim.TaskBugs.SupersededAccepted;
import io.heddle.sim.TaskBugs.UnknownIsWritten;
import io.heddle.store.SessionEvent;
import io.heddle.store.Store;
import io.heddle.task.AttemptEnd;
import io.heddle.task.TaskAlterations;
import io.heddle.task.TaskDocuments;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.Surroundings;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Deliberate bugs of the task framework, each made at the edge of the processes, as in
 * {@link Mutation}: the code under test has no switch for any of them. Which seed catches each, and
 * by which check, is in {@link TaskMutationsIT}.
 */
enum TaskMutation {
  /** R8: outcomes are acknowledged of which only some are recorded. */
  ACKNOWLEDGED_BEFORE_RECORDED(Role.CONTROLLER, () -> new Documents("outcomes") {
    @Override
    byte[] read(String path, byte[] data) {
      return TaskAlterations.outcomesWith(data, token -> token % 2 == 0);
    }
  }),

  /** R8: how an attempt ended is recorded, but its task stays in the work, to be recorded again. */
  RECORDED_BUT_NOT_TAKEN(Role.CONTROLLER, RecordedOnly::new),

  /** R8: what is reported of an attempt counts for the one that came after it. */
  SUPERSEDED_ATTEMPT_ACCEPTED(Role.CONTROLLER, SupersededAccepted::new),

  /** R8: a participant reports each outcome once, and forgets it then. */
  OUTCOME_FORGOTTEN_ONCE_WRITTEN(Role.PARTICIPANT, Forgetful::new),

  /** R4, R8: a report of outcomes of which the fate is unknown is taken for written. */
  UNKNOWN_OUTCOMES_TAKEN_FOR_WRITTEN(Role.PARTICIPANT, UnknownIsWritten::new),

  /**
   * R5: a registration does not carry over what earlier incarnations have reported. That nothing is
   * given to the new one in a bucket before the old one's outcomes there are settled (R9) masks it.
   */
  OUTCOMES_NOT_CARRIED_OVER(Role.PARTICIPANT, () -> new Documents("outcomes") {
    @Override
    byte[] read(String path, byte[] data) {
      return TaskAlterations.outcomesWith(data, token -> false);
    }
  }),

  /** R5: a process registers while a callback of its former incarnation hangs. */
  REGISTERS_OVER_A_HUNG_CALLBACK(Role.NOBODY, Alteration::new, TaskBugs.Impatient::new),

  /** R9: what the dead have reported at last is not looked at. */
  RESULTS_OF_THE_DEAD_IGNORED(Role.CONTROLLER, DeadIgnored::new),

  /** R9, R11: nobody catches up after a reconnect. */
  NO_CATCH_UP_AFTER_RECONNECT(Role.ANY, () -> new Alteration() {
    @Override
    boolean isTold(SessionEvent event, int connections) {
      return event != SessionEvent.CONNECTED || connections == 0;
    }
  }),

  /** R10: the lease never runs out. */
  NO_SELF_FENCING(Role.PARTICIPANT, () -> new Alteration() {
    @Override
    long nanoTime(long real) {
      return 0;
    }
  }),

  /** R17: of an attempt that was stopped is said that it never started. */
  RECALL_ANSWERED_WRONGLY(Role.PARTICIPANT, () -> new Documents("outcomes") {
    @Override
    byte[] written(String path, byte[] data) {
      return TaskAlterations.outcomesEnding(data, AttemptEnd.CANCELED, AttemptEnd.RELEASED);
    }
  }),

  /** A participant runs what was given to another incarnation. */
  WORK_OF_ANOTHER_INCARNATION(Role.PARTICIPANT, OwnWork::new),

  /** A task is given again under the token that it was given under first. */
  TOKEN_REUSED(Role.CONTROLLER, FirstTokens::new),

  /** The sequence of outcomes begins again with each incarnation. */
  SEQUENCE_RESTARTS(Role.PARTICIPANT, () -> new Documents("outcomes") {
    @Override
    byte[] written(String path, byte[] data) {
      long q = TaskDocuments.outcomes(data).q();
      return TaskAlterations.outcomesAt(data, Token.counter(q));
    }
  }),

  /** A workflow that was deleted and submitted again is taken for the same. */
  NAME_TAKEN_FOR_IDENTITY(Role.CONTROLLER, NameIsIdentity::new);

  private final Role role;

  @SuppressWarnings("ImmutableEnumChecker") // A constructor, or a lambda that captures nothing.
  private final Supplier<Alteration> alteration;

  @SuppressWarnings("ImmutableEnumChecker") // The same.
  private final UnaryOperator<ParticipantExtension> extension;

  TaskMutation(Role role, Supplier<Alteration> alteration) {
    this(role, alteration, UnaryOperator.identity());
  }

  TaskMutation(
      Role role, Supplier<Alteration> alteration, UnaryOperator<ParticipantExtension> extension) {
    this.role = role;
    this.alteration = alteration;
    this.extension = extension;
  }

  /** Whose store and clock are altered. */
  private enum Role {
    CONTROLLER("controller-"),
    PARTICIPANT("node-"),
    ANY(""),
    NOBODY("nobody");

    private final String prefix;

    Role(String prefix) {
      this.prefix = prefix;
    }
  }

  TaskScenario scenario() {
    return new TaskScenario(this::surroundings, extension);
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
}
