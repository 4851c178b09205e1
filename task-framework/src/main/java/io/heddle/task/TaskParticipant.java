// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.participant.ExtensionContext;
import io.heddle.participant.ParticipantExtension;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets a participant run tasks: register it with {@code HeddleParticipant.builder(…).extension(…)}.
 * One for each participant; confined to that participant's loop, except for the tasks, which run on
 * threads of their own.
 *
 * <pre>{@code
 * TaskParticipant tasks = TaskParticipant.builder()
 *     .command("index", context -> new IndexTask(context.config()))
 *     .build();
 * }</pre>
 */
public final class TaskParticipant implements ParticipantExtension {
  /** The dimension of a participant's capacity that says how many tasks it runs at a time. */
  static final String SLOTS = "task-slots";

  /** The kind of a participant's abilities that names the commands that it has factories for. */
  static final String COMMANDS = "task-commands";

  /** Most commands of a participant: each is named in the record of the living instance. */
  private static final int MAX_COMMANDS = 500;

  private final ImmutableMap<String, TaskFactory> factories;
  private final int slots;
  private final Duration grace;
  private final @Nullable ClassLoader loader;
  private @Nullable Executor executor;
  private @Nullable TaskShell current;

  private TaskParticipant(Builder settings) {
    this.factories = ImmutableMap.copyOf(settings.factories);
    this.slots = settings.slots;
    this.grace = settings.grace;
    this.loader = Thread.currentThread().getContextClassLoader();
    this.executor = settings.executor;
  }

  /**
   * Daemon threads that end when they have idled for a minute, so that there is nothing to close.
   * Unbounded by itself: the runner never has more than its slots under way.
   */
  private Executor threads(ExtensionContext context) {
    AtomicInteger number = new AtomicInteger();
    String prefix = "heddle-" + context.paths().cluster() + "-" + context.instance() + "-task-";
    return Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      thread.setContextClassLoader(loader);
      return thread;
    });
  }

  /** Starts to describe it. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public ImmutableList<TreeRoot> roots(ClusterPaths paths, InstanceId instance) {
    return ImmutableList.of(
        TreeRoot.owned(paths.in("outcomes", instance.name()), 1),
        TreeRoot.watched(paths.in("work", instance.name()), 1));
  }

  @Override
  public ImmutableSortedMap<String, Long> offers() {
    return ImmutableSortedMap.of(SLOTS, (long) slots);
  }

  @Override
  public ImmutableSortedMap<String, ImmutableSortedSet<String>> abilities() {
    return ImmutableSortedMap.of(COMMANDS, ImmutableSortedSet.copyOf(factories.keySet()));
  }

  @Override
  public void registered(ExtensionContext context) {
    if (executor == null) {
      executor = threads(context);
    }
    current = new TaskShell(context, factories, executor, slots, grace);
    current.begin();
  }

  @Override
  public void changed(ImmutableSortedSet<String> paths) {
    if (current != null) {
      current.changed(paths);
    }
  }

  @Override
  public void leaseLost() {
    if (current != null) {
      current.leaseLost();
    }
  }

  @Override
  public void leaseRegained() {
    if (current != null) {
      current.leaseRegained();
    }
  }

  @Override
  public void leaving() {
    if (current != null) {
      current.leaving();
    }
  }

  @Override
  public boolean isDrained() {
    return current == null || current.isDrained();
  }

  @Override
  public void ended(Runnable done) {
    @Nullable TaskShell ending = current;
    current = null;
    if (ending == null) {
      done.run();
    } else {
      ending.end(done);
    }
  }

  /** Describes it. Not thread-safe. */
  public static final class Builder {
    private final Map<String, TaskFactory> factories = new HashMap<>();
    private int slots = 40;
    private Duration grace = Duration.ofSeconds(30);
    private @Nullable Executor executor;

    private Builder() {}

    /**
     * Says who makes the tasks of a command, of at most 500. The participant announces it, and is
     * given only tasks of commands that it announced.
     *
     * @throws IllegalArgumentException if the command is not a name, or has a factory already, or
     *     is one too many
     */
    public Builder command(String command, TaskFactory factory) {
      JobSpec.checkCommand("a participant", command);
      if (factories.putIfAbsent(command, factory) != null) {
        throw new IllegalArgumentException("command " + command + " has a factory already");
      }
      if (factories.size() > MAX_COMMANDS) {
        throw new IllegalArgumentException(
            "a participant has at most " + MAX_COMMANDS + " commands; " + command + " is more");
      }
      return this;
    }

    /** Sets how many tasks of all jobs run at a time, 1 to 1,000; 40 by default. */
    public Builder slots(int count) {
      if (count < 1 || count > 1_000) {
        throw new IllegalArgumentException("slots must be 1 to 1000, not " + count);
      }
      this.slots = count;
      return this;
    }

    /**
     * Sets how long a task may take to return after it was cancelled, 30 s by default. After that
     * its end is reported, and its slot is lost until it returns.
     */
    public Builder cancelGrace(Duration grace) {
      if (grace.isNegative()) {
        throw new IllegalArgumentException("grace must be at least zero, not " + grace);
      }
      this.grace = grace;
      return this;
    }

    /** Runs tasks, and their {@code cancel}, elsewhere than on threads of its own. */
    public Builder executor(Executor executor) {
      this.executor = executor;
      return this;
    }

    /** It, to be registered with one participant. */
    public TaskParticipant build() {
      return new TaskParticipant(this);
    }
  }
}
