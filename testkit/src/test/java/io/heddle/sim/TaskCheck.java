// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.Token;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskDocuments.Given;
import io.heddle.task.TaskDocuments.TaskId;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks at tasks from within the processes: no token begins twice, whoever runs it, or after its
 * end was reported; of one task attempts begin in their order; nothing begins whose completion has
 * reached the store, whose parents have not ended, or whose workflow has; the parents' results are
 * those that count. A process whose session was ended before its time may be late. Confined to the
 * simulation's threads.
 */
final class TaskCheck {
  private final Simulation simulation;
  private final SimCluster cluster;
  private final TaskLogCheck log;
  private final RunningTasks running;
  private final TreeMap<TaskId, Given> last = new TreeMap<>();
  private long cancelled;

  TaskCheck(Simulation simulation, SimCluster cluster, TaskLogCheck log, RunningTasks running) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.log = log;
    this.running = running;
  }

  /** How many attempts were cancelled while they ran. */
  long cancelled() {
    return cancelled;
  }

  /** An attempt begins. */
  void begins(SimProcess process, TaskCallbackContext context) {
    simulation.trace(process.name(), "begins", context.token());
    running
        .begins(process, context.token())
        .ifPresent(b -> raise("token begins twice", process, context, "it began on " + b));
    Optional<Given> found = log.given(context.token());
    if (found.isEmpty()) {
      raise("begins unasked", process, context, "nobody was given that token");
      return;
    }
    Given given = found.get();
    if (given.attempt() != context.attempt()
        || given.task().task() != context.task()
        || !given.task().job().equals(context.job())
        || !given.task().workflow().equals(context.workflow())) {
      raise("begins something else", process, context, "given was " + given);
    }
    log.end(context.token())
        .ifPresent(end -> raise("begins after its end", process, context, end.toString()));
    if (!cluster.endedEarly(process)) {
      order(process, context, given);
    }
    log.unfinishedParent(given.task())
        .ifPresent(parent -> raise("begins before its parents", process, context, parent));
    log.wrongParentResult(given.task(), context)
        .ifPresent(wrong -> raise("parents' results", process, context, wrong));
  }

  private void order(SimProcess process, TaskCallbackContext context, Given given) {
    Given latest = last.get(given.task());
    if (latest != null
        && (latest.token() >= given.token() || latest.attempt() >= given.attempt())) {
      raise("attempts out of order", process, context, "after " + latest);
    } else {
      last.put(given.task(), given);
    }
    log.completion(given.task())
        .ifPresent(token -> raise(
            "completed runs again",
            process,
            context,
            Token.format(token) + " completed, and that reached the store"));
    if (log.isOver(given.task())) {
      raise("begins too late", process, context, "its workflow has ended");
    }
  }

  /** An attempt comes to its end. */
  void ends(SimProcess process, TaskCallbackContext context) {
    simulation.trace(process.name(), "ends", context.token());
    running.ends(context.token());
  }

  /** An attempt is told that it is cancelled. */
  void cancelled(SimProcess process, TaskCallbackContext context) {
    cancelled++;
    if (!running.runsIn(process, context.token())) {
      raise("cancelled in vain", process, context, "it does not run there");
    }
  }

  /** From outside of the code under test, which would take it for the task's failure. */
  private void raise(String check, SimProcess process, TaskCallbackContext context, String detail) {
    simulation.schedule(Duration.ZERO, () -> {
      throw new AssertionError("[%s] %s/%s/%d attempt %d, token %s, on %s: %s"
          .formatted(
              check,
              context.workflow(),
              context.job(),
              context.task(),
              context.attempt(),
              Token.format(context.token()),
              process,
              detail));
    });
  }
}
