// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.task.Task;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskFactory;
import io.heddle.task.TaskResult;
import io.heddle.testkit.Delays;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.SimRandom;
import io.heddle.testkit.SimThreads;
import java.time.Duration;
import java.util.Map;

/**
 * The tasks within one process, as an application would have them: they take time, some fail, some
 * take too long, and some don't listen when they are cancelled. Confined to the simulation's
 * threads.
 */
final class SimTasks implements TaskFactory {
  /** The key of a job's configuration that says which {@link Kind} its tasks are of. */
  static final String KIND = "kind";

  /** Before a thread takes up what was handed over: mostly at once, now and then much later. */
  private static final Delays HAND_OVER =
      new Delays(Duration.ZERO, Duration.ofMillis(1), 0.03, Duration.ofMillis(400));

  /** How long tasks take. */
  private static final Delays RUNNING =
      new Delays(Duration.ofMillis(1), Duration.ofMillis(400), 0.05, Duration.ofSeconds(6));

  /** What it takes to return after a cancellation. */
  private static final Delays RETURNING = Delays.between(Duration.ZERO, Duration.ofMillis(20));

  private final SimProcess process;
  private final SimThreads threads;
  private final SimRandom random;
  private final TaskCheck check;

  /** How tasks end. */
  enum Kind {
    /** They complete. */
    STEADY,
    /** They fail often, and complete sometimes. */
    FLAKY,
    /** The first of them is hopeless; the others complete. */
    FATAL,
    /** They take too long often. */
    SLOW;

    /** By a job's configuration. */
    static Kind of(Map<String, String> config) {
      return valueOf(config.getOrDefault(KIND, ""));
    }
  }

  SimTasks(SimProcess process, SimRandom random, TaskCheck check) {
    this.process = process;
    this.threads = process.threads(HAND_OVER);
    this.random = random;
    this.check = check;
  }

  /** Where they run. */
  SimThreads threads() {
    return threads;
  }

  @Override
  public Task create(TaskCallbackContext context) {
    return new Attempt(context);
  }

  /** What a task returns: which attempt it was that counted. */
  static String result(long token) {
    return Long.toHexString(token);
  }

  /** One attempt. */
  private final class Attempt implements Task {
    private final TaskCallbackContext context;

    Attempt(TaskCallbackContext context) {
      this.context = context;
    }

    @Override
    public TaskResult run() throws InterruptedException {
      check.begins(process, context);
      try {
        return work(Kind.of(context.config()));
      } finally {
        check.ends(process, context);
      }
    }

    private TaskResult work(Kind kind) throws InterruptedException {
      boolean isSlow = kind == Kind.SLOW && random.chance(0.4);
      long nanos = RUNNING.nextNanos(random) + (isSlow ? 2 * TaskWorkflows.TIME_OUT.toNanos() : 0);
      try {
        SimThreads.sleep(Duration.ofNanos(nanos));
      } catch (InterruptedException e) {
        if (random.chance(0.6)) {
          SimThreads.sleep(Duration.ofNanos(RETURNING.nextNanos(random)));
          if (random.chance(0.5)) {
            throw e;
          }
          return TaskResult.canceled();
        }
        // It does not listen, and goes on.
        SimThreads.sleep(Duration.ofNanos(nanos));
      }
      return result(kind);
    }

    private TaskResult result(Kind kind) {
      if (kind == Kind.FATAL && context.task() == 0) {
        return TaskResult.fatallyFailed("hopeless");
      }
      if (kind == Kind.FLAKY && random.chance(0.4)) {
        if (random.chance(0.5)) {
          throw new IllegalStateException("out of luck");
        }
        return TaskResult.failed("out of luck");
      }
      return TaskResult.completed(SimTasks.result(context.token()));
    }

    @Override
    public void cancel() {
      check.cancelled(process, context);
    }
  }
}
