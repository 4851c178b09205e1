// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Names;
import io.heddle.participant.ExtensionContext;
import io.heddle.participant.ReportLane;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.Codec;
import io.heddle.schema.UnreadableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of one incarnation: brings together what is read, what {@link TaskRunner} decides, the
 * user's code, and the lanes. Confined to the participant's loop.
 */
final class TaskShell implements TaskRunner.Effects, JobLoader.Listener {
  private static final Logger log = LoggerFactory.getLogger(TaskShell.class);

  /** How long a report may wait for more to report. */
  private static final Duration REPORT_WITHIN = Duration.ofMillis(50);

  private final ExtensionContext context;
  private final ImmutableMap<String, TaskFactory> factories;
  private final Executor executor;
  private final Duration grace;
  private final TaskRunner runner;
  private final JobLoader loader;
  private final Map<String, ReportLane> lanes = new HashMap<>();
  private final Map<Long, Active> active = new HashMap<>();
  private final Set<String> later = new HashSet<>();
  private boolean ending;
  private @Nullable Runnable onEnded;

  /** An attempt whose code runs, with its timer. */
  private static final class Active {
    private final RunningTask task;
    private Loop.Timer timer = () -> {};

    Active(RunningTask task) {
      this.task = task;
    }
  }

  TaskShell(
      ExtensionContext context,
      ImmutableMap<String, TaskFactory> factories,
      Executor executor,
      int slots,
      Duration grace) {
    this.context = context;
    this.factories = factories;
    this.executor = executor;
    this.grace = grace;
    this.runner = new TaskRunner(slots, this);
    this.loader = new JobLoader(context, this);
  }

  /** Takes up what was read before the registration. */
  void begin() {
    String outcomes = context.paths().in("outcomes", context.instance().name());
    for (String path : context.documentsBelow(outcomes)) {
      decode(path, WorkCodecs.OUTCOMES).ifPresent(old -> carryOver(name(path), old));
    }
    String work = context.paths().in("work", context.instance().name());
    context.documentsBelow(work).forEach(this::work);
  }

  private void carryOver(String bucket, OutcomeBucket old) {
    String work = TaskPaths.work(context.paths(), context.instance(), bucket);
    boolean known = decode(work, WorkCodecs.WORK)
        .filter(w -> w.incarnation() == old.incarnation() && w.a() >= old.q())
        .isPresent();
    if (!known) {
      runner.carryOver(bucket, old);
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private <T> Optional<T> decode(String path, Codec<T> codec) {
    Optional<CachedNode> node = context.document(path);
    try {
      return node.map(n -> n.decode(codec));
    } catch (UnreadableException e) {
      log.error("A document is left out: {}", e.getMessage());
      return Optional.empty();
    }
  }

  void changed(ImmutableSortedSet<String> paths) {
    String work = context.paths().in("work", context.instance().name()) + "/";
    paths.stream().filter(path -> path.startsWith(work)).forEach(this::work);
  }

  private void work(String path) {
    decode(path, WorkCodecs.WORK)
        .filter(work -> work.incarnation() == context.incarnation())
        .ifPresent(work -> runner.work(name(path), work));
  }

  void leaseLost() {
    runner.fence();
  }

  void leaseRegained() {
    runner.unfence();
  }

  void leaving() {
    runner.leave();
  }

  boolean isDrained() {
    return runner.isDrained();
  }

  /** The incarnation is over. */
  void end(Runnable done) {
    ending = true;
    onEnded = done;
    loader.close();
    runner.fence();
    checkEnded();
  }

  private void checkEnded() {
    if (onEnded != null && !runner.isRunning()) {
      Runnable done = onEnded;
      onEnded = null;
      done.run();
    }
  }

  // Effects.

  @Override
  public void load(JobKey job) {
    loader.load(job);
  }

  @Override
  public void loaded(JobContext job) {
    runner.loaded(job);
  }

  @Override
  public void gone(JobKey job) {
    runner.unknown(job, AttemptEnd.RELEASED, "");
  }

  @Override
  public void unreadable(JobKey job, String why) {
    runner.unknown(job, AttemptEnd.FAILED, Names.printable(why));
  }

  @Override
  public void start(Attempt attempt, JobContext job) {
    String command = job.spec().command(attempt.task);
    @Nullable TaskFactory factory = factories.get(command);
    long token = attempt.token;
    if (factory == null) {
      String known = ImmutableSortedSet.copyOf(factories.keySet()).toString();
      later(
          token,
          new RunningTask.Ended(
              AttemptEnd.FAILED,
              "command " + command + " is not registered on " + context.instance()
                  + "; registered are " + Names.printable(known)));
      return;
    }
    Active started =
        new Active(new RunningTask(job, context.instance(), attempt, factory, context.lease()));
    active.put(token, started);
    started.timer =
        context.loop().schedule(job.spec().timeoutPerTask(), () -> runner.timedOut(token));
    try {
      executor.execute(() -> later(token, started.task.run()));
    } catch (RejectedExecutionException e) {
      later(token, new RunningTask.Ended(AttemptEnd.FAILED, "the executor takes no more tasks"));
    }
  }

  /** From any thread: an attempt has ended. */
  private void later(long token, RunningTask.Ended ended) {
    context.loop().execute(() -> returned(token, ended));
  }

  private void returned(long token, RunningTask.Ended ended) {
    @Nullable Active done = active.remove(token);
    if (done != null) {
      done.timer.cancel();
    }
    runner.returned(token, ended.end(), ended.info());
    if (ending) {
      checkEnded();
    }
  }

  @Override
  public void cancel(Attempt attempt) {
    @Nullable Active running = active.get(attempt.token);
    if (running == null) {
      return;
    }
    log.info("{} is cancelled: {}", attempt, attempt.cancelled);
    long token = attempt.token;
    running.timer.cancel();
    running.timer = context.loop().schedule(grace, () -> runner.abandon(token));
    try {
      executor.execute(running.task::cancel);
    } catch (RejectedExecutionException e) {
      log.warn("{} can't be told that it is cancelled: the executor takes no more", attempt);
    }
  }

  @Override
  public void report(String bucket, TaskRunner.Urgency urgency) {
    if (ending) {
      return;
    }
    ReportLane lane = lanes.computeIfAbsent(bucket, this::lane);
    switch (urgency) {
      case NOW -> lane.changed();
      case SOON -> {
        if (later.add(bucket)) {
          Loop.Timer unused = context.loop().schedule(REPORT_WITHIN, () -> {
            later.remove(bucket);
            lane.changed();
          });
        }
      }
    }
  }

  private ReportLane lane(String bucket) {
    String path = TaskPaths.outcomes(context.paths(), context.instance(), bucket);
    return context.lane(path, new ReportLane.Source() {
      @Override
      public Optional<byte[]> render() {
        return runner
            .render(bucket, context.incarnation(), context.nextSequence())
            .map(WorkCodecs.OUTCOMES::encode);
      }

      @Override
      public void written() {
        runner.written(bucket);
      }
    });
  }
}
