// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.controller.ControllerExtension;
import io.heddle.controller.WriteBatch;
import io.heddle.model.InstanceId;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.task.TaskSection.PaceKey;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task framework during one reign: what it knows, decoded, and what is worth remembering
 * without being written down: paces and retry times, which a new leader learns anew. Confined to
 * the controller's loop.
 */
final class TaskReign implements ControllerExtension.Reign<TaskSection> {
  private static final Logger log = LoggerFactory.getLogger(TaskReign.class);

  private final ClusterPaths paths;
  private final Loop loop;
  private final ChangeWriter writer;
  private final Workflows workflows;
  private final InstanceBuckets<WorkBucket> work = new InstanceBuckets<>(WorkCodecs.WORK);
  private final InstanceBuckets<OutcomeBucket> outcomes =
      new InstanceBuckets<>(WorkCodecs.OUTCOMES);
  private final Leftovers leftovers;
  private final TreeMap<JobKey, TreeMap<InstanceId, Pace>> paces = new TreeMap<>();
  private final TreeMap<JobKey, TreeMap<Integer, Long>> retries = new TreeMap<>();

  TaskReign(ClusterPaths paths, Loop loop, long epoch) {
    this.paths = paths;
    this.loop = loop;
    this.writer = new ChangeWriter(paths, epoch);
    this.workflows = new Workflows(paths);
    this.leftovers = new Leftovers(paths);
  }

  @Override
  public void changed(List<String> parts, CachedNode node) {
    leftovers.changed(parts);
    switch (parts.get(0)) {
      case "work", "outcomes" -> {
        if (parts.size() > 2) {
          buckets(parts).changed(InstanceId.of(parts.get(1)), parts.get(2), node);
        }
      }
      case "workflows", "progress" -> workflow(parts, node);
      default -> log.trace("{} needs no decoding", node.path());
    }
  }

  @Override
  public void removed(List<String> parts) {
    leftovers.removed(parts);
    switch (parts.get(0)) {
      case "work", "outcomes" -> {
        if (parts.size() > 2) {
          buckets(parts).removed(InstanceId.of(parts.get(1)), parts.get(2));
        }
      }
      case "workflows", "progress" -> workflow(parts, null);
      default -> log.trace("{} needs no forgetting", parts);
    }
  }

  private InstanceBuckets<?> buckets(List<String> parts) {
    return parts.get(0).equals("work") ? work : outcomes;
  }

  private void workflow(List<String> parts, @Nullable CachedNode node) {
    if (parts.size() < 3) {
      return;
    }
    String name = parts.get(2);
    if (parts.get(0).equals("workflows")) {
      workflows.spec(name, node);
    } else if (parts.size() == 3) {
      workflows.progress(name, node);
    } else {
      workflows.chunk(name, parts.get(3), node);
    }
  }

  @Override
  public TaskSection snapshot() {
    paces.keySet().removeIf(job -> !workflows.isActive(job.workflow()));
    retries.keySet().removeIf(job -> !workflows.isActive(job.workflow()));
    ImmutableMap.Builder<PaceKey, Pace> pacesNow = ImmutableMap.builder();
    paces.forEach((job, byInstance) ->
        byInstance.forEach((instance, pace) -> pacesNow.put(new PaceKey(instance, job), pace)));
    ImmutableMap.Builder<JobKey, ImmutableSortedMap<Integer, Long>> retriesNow =
        ImmutableMap.builder();
    retries.forEach((job, times) -> retriesNow.put(job, ImmutableSortedMap.copyOfSorted(times)));
    return new TaskSection(
        paths,
        workflows.active(),
        work.all(),
        outcomes.all(),
        leftovers.all(),
        pacesNow.buildOrThrow(),
        retriesNow.buildOrThrow(),
        workflows.expiring(),
        workflows.unreadable());
  }

  @Override
  public void render(Object request, WriteBatch batch) {
    writer.render((TaskChange) request, batch);
  }

  @Override
  public void performed(Object request) {
    if (request instanceof TaskChange.Give give) {
      given(give);
    } else if (request instanceof TaskChange.Settle settle) {
      settled(settle);
    } else if (request instanceof TaskChange.Recorded record) {
      recorded(record);
    }
  }

  private void given(TaskChange.Give give) {
    paces
        .computeIfAbsent(give.job(), j -> new TreeMap<>())
        .computeIfAbsent(give.instance(), i -> Pace.start(loop.nanoTime()));
    @Nullable TreeMap<Integer, Long> waits = retries.get(give.job());
    if (waits != null) {
      give.ranges().forEach(range -> waits.subMap(range.first(), range.end()).clear());
      if (waits.isEmpty()) {
        retries.remove(give.job());
      }
    }
  }

  private void settled(TaskChange.Settle settle) {
    settle.settled().forEach((job, pieces) -> {
      int count = 0;
      for (Settled piece : pieces) {
        count += switch (piece.end()) {
          case COMPLETED, FAILED, FATAL_FAILED, TIMED_OUT -> piece.count();
          case CANCELED, LOST, RELEASED -> 0;
        };
      }
      int ended = count;
      if (ended > 0) {
        paces
            .computeIfAbsent(job, j -> new TreeMap<>())
            .compute(
                settle.instance(),
                (instance, pace) -> (pace == null ? Pace.start(loop.nanoTime()) : pace)
                    .after(ended, loop.nanoTime()));
      }
    });
  }

  private void recorded(TaskChange.Recorded record) {
    long delay =
        record.document().spec().job(record.job().job()).taskRetryDelay().toNanos();
    if (delay > 0 && !record.retried().isEmpty()) {
      long until = loop.nanoTime() + delay;
      TreeMap<Integer, Long> waits = retries.computeIfAbsent(record.job(), j -> new TreeMap<>());
      record.retried().forEach(task -> waits.put(task, until));
    }
    if (!record.reason().isEmpty()) {
      log.debug("{}: {}", record.job(), record.reason());
    }
  }

  @Override
  public void close() {
    // Nothing runs outside the loop.
  }
}
