// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hashing;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who may be given tasks, and what each has, while one pass gives out more. Confined to a pass. */
final class Workers {
  private final TaskSection section;
  private final AfterSettling settled;
  private final TreeMap<InstanceId, Worker> workers = new TreeMap<>();

  /** An instance that takes part. */
  final class Worker {
    private final InstanceId id;
    private final long incarnation;
    private final int slots;
    private final InstanceSpec spec;
    private final InstanceView view;
    private final TreeMap<String, Integer> bytes = new TreeMap<>();
    private final TreeMap<JobKey, Integer> given = new TreeMap<>();
    private int total;

    private Worker(InstanceView view, InstanceSpec spec, LiveInstance live) {
      this.id = view.id();
      this.incarnation = live.incarnation();
      this.slots = (int) Math.min(live.capacity().getOrDefault(TaskParticipant.SLOTS, 0L), 1_000);
      this.spec = spec;
      this.view = view;
      buckets(id).forEach((name, bucket) -> {
        bytes.put(name, bucket.bytes());
        bucket.groups().forEach((job, group) -> {
          given.merge(job, group.tasks(), Integer::sum);
          total += group.tasks();
        });
      });
    }

    InstanceId id() {
      return id;
    }

    long incarnation() {
      return incarnation;
    }

    boolean hasTag(Optional<String> tag) {
      return tag.isEmpty() || spec.tags().contains(tag.get());
    }

    int given(JobKey job) {
      return given.getOrDefault(job, 0);
    }

    int total() {
      return total;
    }

    /** How many more tasks of a job it may be given. */
    int room(JobKey job, int concurrent) {
      Optional<WorkBucket> bucket = settled.bucket(section, id, job.bucket());
      boolean usable = bucket.isEmpty() || bucket.get().incarnation() == incarnation;
      boolean taking = bucket.isEmpty() || bucket.get().group(job).order() == WorkGroup.Order.RUN;
      if (!usable || !taking || !hasSpace(job)) {
        return 0;
      }
      @Nullable Pace pace = section.paces().get(new TaskSection.PaceKey(id, job));
      int atATime = Math.min(concurrent, slots);
      int window = pace == null ? atATime : pace.window(atATime);
      return Math.max(0, Math.min(window - given(job), Pace.MAX_GIVEN - total));
    }

    /** Whether another range of a job's tasks finds room in the bucket. */
    boolean hasSpace(JobKey job) {
      return bytes.getOrDefault(job.bucket(), 0) + WorkBucket.BYTES_PER_RANGE
          <= WorkBucket.MAX_BYTES;
    }

    /** Notes that it was given some more. */
    void give(JobKey job, WorkRange range) {
      given.merge(job, range.count(), Integer::sum);
      total += range.count();
      bytes.merge(job.bucket(), WorkBucket.BYTES_PER_RANGE, Integer::sum);
    }

    /** A stable order for a job, different from job to job: ties are broken by it. */
    int rank(JobKey job) {
      return Hashing.murmur3_32_fixed()
          .newHasher()
          .putString(job.toString(), StandardCharsets.UTF_8)
          .putString(id.name(), StandardCharsets.UTF_8)
          .hash()
          .asInt();
    }

    /** The partitions of a resource that it has in one of some states. */
    List<Integer> partitions(ResourceKey resource, JobTarget target) {
      List<Integer> found = new ArrayList<>();
      view.reports().values().stream()
          .filter(report -> report.incarnation() == incarnation)
          .map(report -> report.groups().get(resource))
          .filter(group -> group != null)
          .forEach(group -> group.replicas().forEach((partition, replica) -> {
            if (qualifies(replica, target)) {
              found.add(partition);
            }
          }));
      return found;
    }

    private boolean qualifies(ReplicaState replica, JobTarget target) {
      return target.states().isEmpty()
          ? !replica.state().equals(StateModel.ERROR)
          : target.states().contains(replica.state());
    }
  }

  /** Membership decides who is enabled: what is drained is evacuated, whoever wants that. */
  Workers(Draft draft, TaskSection section, AfterSettling settled) {
    this.section = section;
    this.settled = settled;
    for (InstanceView view : draft.snapshot().instances().values()) {
      @Nullable Participant member = draft.cluster().participants().get(view.id());
      if (member != null
          && member.spec().operation() == InstanceOperation.ENABLE
          && view.live().filter(Workers::runsTasks).isPresent()) {
        workers.put(view.id(), new Worker(view, member.spec(), view.live().get()));
      }
    }
  }

  private static boolean runsTasks(LiveInstance live) {
    return !live.leaving() && live.capacity().containsKey(TaskParticipant.SLOTS);
  }

  private Map<String, WorkBucket> buckets(InstanceId instance) {
    TreeMap<String, WorkBucket> buckets =
        new TreeMap<>(section.work().getOrDefault(instance, ImmutableSortedMap.of()));
    buckets.putAll(settled.work().row(instance));
    return buckets;
  }

  boolean mayTake(InstanceId instance) {
    return workers.containsKey(instance);
  }

  /** Those with a tag. */
  List<Worker> with(Optional<String> tag) {
    return workers.values().stream().filter(w -> w.hasTag(tag)).toList();
  }
}
