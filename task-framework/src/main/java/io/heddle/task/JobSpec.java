// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A job: tasks that belong together. A <em>generic</em> job has tasks of its own, which run on any
 * instance with the job's tag; a <em>targeted</em> one has one task per partition of a resource,
 * which runs where that partition is.
 *
 * @param name the job, within its workflow; at most {@link #MAX_NAME} characters
 * @param command which {@link TaskFactory} makes its tasks; empty if each task has its own
 * @param config what all its tasks are told
 * @param parents jobs that must have ended before
 * @param target the partitions that it works on; empty for a generic job
 * @param tasks its tasks, if they differ
 * @param numberOfTasks how many equal tasks it has; 0 if {@code tasks} or {@code target} say
 * @param instanceTag only instances with this tag run its tasks, if present
 * @param concurrentTasksPerInstance most of its tasks that run at a time on one instance, from 1
 * @param maxAttemptsPerTask how often a task may fail before it is given up, from 1; attempts that
 *     were lost with their instance don't count
 * @param timeoutPerTask how long one attempt may take, above zero
 * @param taskRetryDelay how long a failed task waits for its next attempt
 * @param failureThreshold how many tasks may be given up before the job fails, from 0
 * @param onParentFailure what becomes of the job when a parent fails
 */
public record JobSpec(
    String name,
    Optional<String> command,
    ImmutableSortedMap<String, String> config,
    ImmutableSortedSet<String> parents,
    Optional<JobTarget> target,
    ImmutableList<TaskSpec> tasks,
    int numberOfTasks,
    Optional<String> instanceTag,
    int concurrentTasksPerInstance,
    int maxAttemptsPerTask,
    Duration timeoutPerTask,
    Duration taskRetryDelay,
    int failureThreshold,
    ParentFailure onParentFailure) {
  /** Most tasks of one job. */
  public static final int MAX_TASKS = 1_000_000;

  /** Most characters of a job's name. */
  public static final int MAX_NAME = 100;

  /** The greatest {@link #concurrentTasksPerInstance}. */
  public static final int MAX_CONCURRENT = 1_000;

  /** The greatest {@link #maxAttemptsPerTask}. */
  public static final int MAX_ATTEMPTS = 1_000;

  /** The longest time-out and retry delay. */
  public static final Duration MAX_DURATION = Duration.ofDays(365);

  /** What becomes of a job when a job that it depends on fails. */
  public enum ParentFailure {
    /** It fails too. */
    FAIL,
    /** It runs nevertheless. */
    IGNORE
  }

  /** Checks everything. */
  public JobSpec {
    Names.check("job", name);
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "job name '" + name + "' has " + name.length() + " characters; at most " + MAX_NAME);
    }
    String job = "job " + name;
    command.ifPresent(c -> checkCommand(job, c));
    instanceTag.ifPresent(tag -> Names.check("tag", tag));
    checkTasks(job, target, tasks, numberOfTasks);
    checkCommands(job, command, target, tasks);
    range(job, "numberOfTasks", numberOfTasks, 0, MAX_TASKS);
    range(job, "concurrentTasksPerInstance", concurrentTasksPerInstance, 1, MAX_CONCURRENT);
    range(job, "maxAttemptsPerTask", maxAttemptsPerTask, 1, MAX_ATTEMPTS);
    range(job, "failureThreshold", failureThreshold, 0, MAX_TASKS);
    if (timeoutPerTask.compareTo(Duration.ofMillis(1)) < 0
        || timeoutPerTask.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          job + ": timeoutPerTask must be 1 ms to 365 days, not " + timeoutPerTask);
    }
    if (taskRetryDelay.isNegative() || taskRetryDelay.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          job + ": taskRetryDelay must be 0 to 365 days, not " + taskRetryDelay);
    }
    if (parents.contains(name)) {
      throw new IllegalArgumentException(job + " depends on itself");
    }
  }

  private static void checkTasks(
      String job, Optional<JobTarget> target, List<TaskSpec> tasks, int numberOfTasks) {
    int ways =
        (target.isPresent() ? 1 : 0) + (tasks.isEmpty() ? 0 : 1) + (numberOfTasks == 0 ? 0 : 1);
    if (ways == 0) {
      throw new IllegalArgumentException(
          job + " has nothing to do: give it a target resource, tasks or numberOfTasks");
    }
    if (ways > 1) {
      throw new IllegalArgumentException(
          job + " must have only one of a target resource, tasks and numberOfTasks");
    }
    if (tasks.size() > MAX_TASKS) {
      throw new IllegalArgumentException(
          job + " has " + tasks.size() + " tasks; at most " + MAX_TASKS + " are allowed");
    }
  }

  private static void checkCommands(
      String job, Optional<String> command, Optional<JobTarget> target, List<TaskSpec> tasks) {
    boolean each = !tasks.isEmpty() && tasks.stream().allMatch(t -> t.command().isPresent());
    if (command.isEmpty() && (target.isPresent() || !each)) {
      throw new IllegalArgumentException(
          job + " has no command, and not each of its tasks has one of its own");
    }
  }

  static void checkCommand(String whose, String command) {
    if (!Names.isValid(command)) {
      throw new IllegalArgumentException("command '" + Names.printable(command) + "' of " + whose
          + " is not allowed: must match " + Names.ALLOWED);
    }
  }

  private static void range(String job, String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          job + ": " + field + " must be " + min + " to " + max + ", not " + value);
    }
  }

  /** Starts a job. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** The command of a task. */
  String command(int task) {
    return tasks.isEmpty()
        ? command.orElseThrow()
        : tasks.get(task).command().or(() -> command).orElseThrow();
  }

  /** The commands of all its tasks. */
  ImmutableSortedSet<String> commands() {
    if (tasks.isEmpty()) {
      return ImmutableSortedSet.of(command.orElseThrow());
    }
    ImmutableSortedSet.Builder<String> commands = ImmutableSortedSet.naturalOrder();
    for (int task = 0; task < tasks.size(); task++) {
      commands.add(command(task));
    }
    return commands.build();
  }

  /** What a task is told: the job's configuration, and the task's own laid over it. */
  ImmutableSortedMap<String, String> config(int task) {
    if (tasks.isEmpty() || tasks.get(task).config().isEmpty()) {
      return config;
    }
    TreeMap<String, String> all = new TreeMap<>(config);
    all.putAll(tasks.get(task).config());
    return ImmutableSortedMap.copyOfSorted(all);
  }

  /** How many tasks a generic job has. */
  int ownTasks() {
    return tasks.isEmpty() ? numberOfTasks : tasks.size();
  }

  /** Collects the fields. Defaults: 1 at a time, 10 attempts, 1 hour, no delay, no tolerance. */
  public static final class Builder {
    private final String name;
    private Optional<String> command = Optional.empty();
    private final TreeMap<String, String> config = new TreeMap<>();
    private final TreeSet<String> parents = new TreeSet<>();
    private Optional<JobTarget> target = Optional.empty();
    private final List<TaskSpec> tasks = new ArrayList<>();
    private int numberOfTasks;
    private Optional<String> tag = Optional.empty();
    private int concurrent = 1;
    private int maxAttempts = 10;
    private Duration timeout = Duration.ofHours(1);
    private Duration retryDelay = Duration.ZERO;
    private int failureThreshold;
    private ParentFailure onParentFailure = ParentFailure.FAIL;

    private Builder(String name) {
      this.name = name;
    }

    /** Names the command of its tasks. */
    public Builder command(String command) {
      this.command = Optional.of(command);
      return this;
    }

    /** Tells all its tasks something. */
    public Builder config(String key, String value) {
      config.put(key, value);
      return this;
    }

    /** Tells all its tasks something. */
    public Builder config(Map<String, String> all) {
      config.putAll(all);
      return this;
    }

    /** Makes it wait for another job. */
    public Builder parent(String job) {
      parents.add(job);
      return this;
    }

    /** Makes it a targeted job. */
    public Builder target(JobTarget target) {
      this.target = Optional.of(target);
      return this;
    }

    /** Adds a task. */
    public Builder task(TaskSpec task) {
      tasks.add(task);
      return this;
    }

    /** Gives it a number of equal tasks. */
    public Builder numberOfTasks(int count) {
      this.numberOfTasks = count;
      return this;
    }

    /** Runs its tasks only on instances with a tag. */
    public Builder instanceTag(String tag) {
      this.tag = Optional.of(tag);
      return this;
    }

    /** Sets how many of its tasks run at a time on one instance. */
    public Builder concurrentTasksPerInstance(int count) {
      this.concurrent = count;
      return this;
    }

    /** Sets how often a task may fail before it is given up. */
    public Builder maxAttemptsPerTask(int count) {
      this.maxAttempts = count;
      return this;
    }

    /** Sets how long one attempt may take. */
    public Builder timeoutPerTask(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /** Sets how long a failed task waits for its next attempt. */
    public Builder taskRetryDelay(Duration delay) {
      this.retryDelay = delay;
      return this;
    }

    /** Sets how many tasks may be given up before the job fails. */
    public Builder failureThreshold(int tasks) {
      this.failureThreshold = tasks;
      return this;
    }

    /** Sets what becomes of the job when a parent fails. */
    public Builder onParentFailure(ParentFailure policy) {
      this.onParentFailure = policy;
      return this;
    }

    /**
     * The job.
     *
     * @throws IllegalArgumentException if something is missing, contradictory or out of bounds
     */
    public JobSpec build() {
      return new JobSpec(
          name,
          command,
          ImmutableSortedMap.copyOfSorted(config),
          ImmutableSortedSet.copyOfSorted(parents),
          target,
          ImmutableList.copyOf(tasks),
          numberOfTasks,
          tag,
          concurrent,
          maxAttempts,
          timeout,
          retryDelay,
          failureThreshold,
          onParentFailure);
    }
  }
}
