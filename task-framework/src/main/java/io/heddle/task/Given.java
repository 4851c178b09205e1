// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who was given what, by job, as the snapshot says: before this pass settles anything. */
final class Given {
  private final TreeMap<JobKey, List<Part>> parts = new TreeMap<>();

  /**
   * What one instance was given of a job.
   *
   * @param instance the instance
   * @param incarnation which incarnation
   * @param group the tasks
   */
  record Part(InstanceId instance, long incarnation, WorkGroup group) {}

  Given(ImmutableSortedMap<InstanceId, ImmutableSortedMap<String, WorkBucket>> work) {
    work.forEach((instance, buckets) -> buckets
        .values()
        .forEach(bucket -> bucket
            .groups()
            .forEach((job, group) -> parts
                .computeIfAbsent(job, j -> new ArrayList<>())
                .add(new Part(instance, bucket.incarnation(), group)))));
  }

  Iterable<JobKey> jobs() {
    return parts.keySet();
  }

  List<Part> parts(JobKey job) {
    return parts.getOrDefault(job, List.of());
  }

  /** All ranges of a job, by number. */
  List<WorkRange> ranges(JobKey job) {
    List<WorkRange> ranges = new ArrayList<>();
    parts(job).forEach(part -> ranges.addAll(part.group().ranges()));
    ranges.sort(Comparator.comparingInt(WorkRange::first));
    return ranges;
  }

  /** How many tasks each instance was given that are not settled yet. */
  Map<InstanceId, Integer> unfinished() {
    TreeMap<InstanceId, Integer> tasks = new TreeMap<>();
    parts.values().stream()
        .flatMap(List::stream)
        .filter(part -> !part.group().isEmpty())
        .forEach(part -> tasks.merge(part.instance(), part.group().tasks(), Integer::sum));
    return tasks;
  }
}
