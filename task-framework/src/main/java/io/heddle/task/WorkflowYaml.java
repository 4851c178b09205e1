// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import io.heddle.yaml.YamlDocument;
import io.heddle.yaml.YamlError;
import io.heddle.yaml.YamlMap;
import io.heddle.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads workflows as people write them. Durations without a unit count milliseconds.
 *
 * <pre>{@code
 * name: nightly
 * jobs:
 *   - name: Backup
 *     command: backup
 *     targetResource: documents
 *     targetPartitionStates: [SLAVE]
 *   - name: Index
 *     command: index
 *     parents: [Backup]
 *     numberOfTasks: 4
 *     instanceGroupTag: ETL
 * }</pre>
 */
public final class WorkflowYaml {
  private WorkflowYaml() {}

  /**
   * Reads a file in UTF-8.
   *
   * @throws IOException if the file can't be read
   * @throws YamlError if it is no workflow: with file, line, column, field, value, what is allowed
   */
  public static WorkflowSpec read(Path file) throws IOException {
    return read(YamlDocument.read(file));
  }

  /**
   * Reads a text.
   *
   * @param file what messages call it
   * @throws YamlError if it is no workflow: with file, line, column, field, value, what is allowed
   */
  public static WorkflowSpec read(String file, String text) {
    return read(YamlDocument.read(file, text));
  }

  private static WorkflowSpec read(YamlMap root) {
    String name = root.parsed("name", n -> Names.check("workflow", n));
    Optional<Duration> expiry = root.optionalDuration("expiry", ChronoUnit.MILLIS);
    YamlValue list = root.value("jobs");
    Map<String, YamlMap> places = new HashMap<>();
    List<JobSpec> jobs = new ArrayList<>();
    for (YamlValue item : list.list()) {
      YamlMap map = item.map();
      JobSpec job = job(map);
      if (places.putIfAbsent(job.name(), map) != null) {
        throw map.value("name").error("is the name of an earlier job too; names must differ");
      }
      jobs.add(job);
    }
    checkParents(jobs, places);
    root.done();
    try {
      WorkflowSpec.Builder builder = WorkflowSpec.builder(name);
      jobs.forEach(builder::job);
      expiry.ifPresent(builder::expiry);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw list.error(String.valueOf(e.getMessage()));
    }
  }

  private static void checkParents(List<JobSpec> jobs, Map<String, YamlMap> places) {
    List<String> names = jobs.stream().map(JobSpec::name).toList();
    for (JobSpec job : jobs) {
      for (YamlValue parent :
          java.util.Objects.requireNonNull(places.get(job.name())).list("parents")) {
        if (!names.contains(parent.string())) {
          throw parent.error("must be a job of this workflow: one of " + String.join(", ", names));
        }
      }
    }
  }

  private static JobSpec job(YamlMap map) {
    JobSpec.Builder job = JobSpec.builder(map.parsed("name", n -> Names.check("job", n)));
    map.optionalParsed("command", WorkflowYaml::command).ifPresent(job::command);
    job.config(jobConfig(map));
    map.list("parents").forEach(parent -> job.parent(parent.string()));
    target(map).ifPresent(job::target);
    map.maps("tasks").forEach(task -> job.task(task(task)));
    map.optionalInteger("numberOfTasks", 1, JobSpec.MAX_TASKS).ifPresent(job::numberOfTasks);
    map.optionalParsed("instanceGroupTag", t -> Names.check("tag", t)).ifPresent(job::instanceTag);
    map.optionalInteger("numConcurrentTasksPerInstance", 1, JobSpec.MAX_CONCURRENT)
        .ifPresent(job::concurrentTasksPerInstance);
    map.optionalInteger("maxAttemptsPerTask", 1, JobSpec.MAX_ATTEMPTS)
        .ifPresent(job::maxAttemptsPerTask);
    map.optionalDuration("timeoutPerPartition", ChronoUnit.MILLIS).ifPresent(job::timeoutPerTask);
    map.optionalDuration("taskRetryDelay", ChronoUnit.MILLIS).ifPresent(job::taskRetryDelay);
    map.optionalInteger("failureThreshold", 0, JobSpec.MAX_TASKS).ifPresent(job::failureThreshold);
    if (map.optionalBool("ignoreDependentJobFailure").orElse(false)) {
      job.onParentFailure(JobSpec.ParentFailure.IGNORE);
    }
    try {
      return job.build();
    } catch (IllegalArgumentException e) {
      throw map.self().error(String.valueOf(e.getMessage()));
    }
  }

  private static String command(String command) {
    JobSpec.checkCommand("the job", command);
    return command;
  }

  private static ImmutableMap<String, String> jobConfig(YamlMap map) {
    if (map.has("jobCommandConfigMap") && map.has("jobConfigMap")) {
      throw map.value("jobConfigMap")
          .error("is the old name of jobCommandConfigMap, which is there too; leave one out");
    }
    return map.stringMap(map.has("jobConfigMap") ? "jobConfigMap" : "jobCommandConfigMap");
  }

  private static Optional<JobTarget> target(YamlMap map) {
    Optional<ResourceId> resource = map.optionalParsed("targetResource", ResourceId::of);
    List<YamlValue> states = map.list("targetPartitionStates");
    List<YamlValue> partitions = map.list("targetPartitions");
    if (resource.isEmpty()) {
      for (List<YamlValue> without : List.of(states, partitions)) {
        if (!without.isEmpty()) {
          throw without.get(0).error("needs a targetResource");
        }
      }
      return Optional.empty();
    }
    return Optional.of(new JobTarget(
        resource.get(),
        states.stream()
            .map(state -> state.parsed(s -> Names.check("state", s)))
            .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo)),
        partitions.stream()
            .map(number -> number.integer(0, io.heddle.model.ResourceSpec.MAX_PARTITIONS - 1))
            .collect(ImmutableSortedSet.toImmutableSortedSet(Integer::compareTo))));
  }

  private static TaskSpec task(YamlMap map) {
    return new TaskSpec(
        map.optionalParsed("command", WorkflowYaml::command),
        ImmutableSortedMap.copyOf(map.stringMap("taskConfigMap")));
  }
}
