// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableTable;
import io.heddle.model.InstanceId;
import io.heddle.pipeline.SectionKey;
import java.util.Optional;

/**
 * What {@link SettleStage} tells {@link ScheduleStage}: what will be so when this pass's decisions
 * are carried out.
 *
 * @param work the work buckets that change, by instance and name
 * @param counts what is added to jobs' counts
 */
record AfterSettling(
    ImmutableTable<InstanceId, String, WorkBucket> work, ImmutableMap<JobKey, Counts> counts) {
  static final SectionKey<AfterSettling> KEY = SectionKey.of("settled tasks", AfterSettling.class);

  /** A work bucket as it will be, if it will be there. */
  Optional<WorkBucket> bucket(TaskSection section, InstanceId instance, String name) {
    return Optional.ofNullable(work.get(instance, name))
        .or(() -> Optional.ofNullable(
            section.work().getOrDefault(instance, ImmutableSortedMap.of()).get(name)));
  }

  Counts counts(JobKey job) {
    return counts.getOrDefault(job, Counts.NONE);
  }
}
