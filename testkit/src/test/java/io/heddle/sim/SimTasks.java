// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.runtime.Loop;
import io.heddle.task.Task;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskFactory;
import io.heddle.task.TaskResult;
import io.heddle.testkit.Delays;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The tasks within one process: each is begun soon after it was handed over, and ends after a
 * seeded virtual time. Confined to the simulation's thread.
 *
 * <p>The framework runs a task in one call, which takes no virtual time. So that its beginning is
 * seen even if its end never comes, the call is made twice: the first time the factory notes the
 * beginning and leaves through a {@link Throwable} that nobody on the way catches; the second time,
 * when the task's time is over, it goes all the way.
 */
final class SimTasks implements Executor, TaskFactory {
  /** Before a thread takes up what was handed over: mostly at once, now and then much later. */
  private static final Delays HAND_OVER =
      new Delays(Duration.ZERO, Duration.ofMillis(1), 0.03, Duration.ofMillis(400));

  /** How long tasks take. */
  private static final Delays RUNNING =
      new Delays(Duration.ofMillis(1), Duration.ofMillis(400), 0.05, Duration.ofSeconds(6));

  /** How long those take to return that listen when they are cancelled. */
  private static final Duration LISTENING = Duration.ofMillis(20);

  private static final double LISTENS = 0.7;

  private final SimProcess process;
  private final Loop loop;
  private final SimRandom random;
  private final TaskCheck check;
  private final List<Run> runs = new ArrayList<>();
  private boolean beginning;
  private @Nullable TaskCallbackContext begun;

  /** Leaves a call that has begun a task. */
  private static final class Begun extends Throwable {
    Begun(TaskCallbackContext context) {
      super(context.toString(), null, false, false);
    }
  }

  /** One attempt that was begun. */
  private static final class Run {
    private final Runnable call;
    private final TaskCallbackContext context;
    private final boolean listens;
    private Loop.Timer end = () -> {};

    Run(Runnable call, TaskCallbackContext context, boolean listens) {
      this.call = call;
      this.context = context;
      this.listens = listens;
    }
  }

  SimTasks(SimProcess process, SimRandom random, TaskCheck check) {
    this.process = process;
    this.loop = process.newLoop("tasks");
    this.random = random;
    this.check = check;
  }

  /** A task, or that one is to be cancelled; which of them is seen when it is called. */
  @Override
  public void execute(Runnable call) {
    Loop.Timer unused = loop.schedule(time(HAND_OVER), () -> call(call));
  }

  private Duration time(Delays delays) {
    return Duration.ofNanos(delays.nextNanos(random));
  }

  private void call(Runnable call) {
    beginning = true;
    begun = null;
    try {
      call.run();
    } catch (Throwable e) {
      if (!(e instanceof Begun)) {
        throw e;
      }
    } finally {
      beginning = false;
    }
    if (begun == null) {
      listen();
    } else {
      Run run = new Run(call, begun, random.chance(LISTENS));
      runs.add(run);
      run.end = loop.schedule(time(RUNNING), () -> end(run));
    }
  }

  private void end(Run run) {
    runs.remove(run);
    run.call.run();
  }

  /** Somebody was cancelled. */
  private void listen() {
    for (Run run : runs) {
      if (run.listens && run.context.isCancelled()) {
        run.end.cancel();
        run.end = loop.schedule(random.between(Duration.ZERO, LISTENING), () -> end(run));
      }
    }
  }

  @Override
  public Task create(TaskCallbackContext context) {
    if (beginning) {
      begun = context;
      check.begins(process, context);
      throw SimTasks.<RuntimeException>sneaky(new Begun(context));
    }
    return new Task() {
      @Override
      public TaskResult run() {
        check.ends(process, context);
        return TaskResult.completed(result(context.token()));
      }

      @Override
      public void cancel() {
        // It takes no time once it runs.
      }
    };
  }

  /** What a task returns: which attempt it was that counted. */
  static String result(long token) {
    return Long.toHexString(token);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E sneaky(Throwable e) throws E {
    throw (E) e;
  }
}
