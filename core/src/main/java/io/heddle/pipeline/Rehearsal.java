// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.Reason;
import java.time.Duration;
import java.util.List;

/**
 * What would come of a snapshot if every participant did at once all that it is told, and nothing
 * else happened: wave after wave, until there is nothing left to do. Immutable.
 *
 * <p>What extensions do, such as giving out tasks, is not rehearsed.
 *
 * @param waves what would be done, in order
 * @param reasons why other things were still not done at the end
 * @param end the cluster as it would be at the end
 * @param settled whether it came to rest within {@link #MAX_PASSES} passes and {@link #HORIZON}
 */
public record Rehearsal(
    ImmutableList<Wave> waves, ImmutableList<Reason> reasons, Snapshot end, boolean settled) {
  /** Most passes of one rehearsal. */
  public static final int MAX_PASSES = 10_000;

  /** How far ahead a rehearsal looks, where something waits for a time. */
  public static final Duration HORIZON = Duration.ofHours(24);

  /**
   * What one pass decides, and what the participants do upon it.
   *
   * @param after how long after the beginning; waves take no time, delays do
   * @param decisions what is decided
   * @param steps the transitions that follow, by partition and instance
   */
  public record Wave(
      Duration after, ImmutableList<Decision> decisions, ImmutableList<Step> steps) {}

  /**
   * A transition.
   *
   * @param partition of which partition
   * @param instance on which instance
   * @param from the state that is left; of a replica that is not there yet, the initial state
   * @param to the state that is entered
   * @param created whether the replica is not there before
   */
  public record Step(
      PartitionId partition, InstanceId instance, String from, String to, boolean created) {
    @Override
    public String toString() {
      return partition + "@" + instance + " " + from + ">" + to;
    }
  }

  /**
   * Rehearses.
   *
   * @param pipeline what decides
   * @param snapshot where to begin
   */
  public static Rehearsal of(Pipeline pipeline, Snapshot snapshot) {
    return new Stage(pipeline, snapshot).play();
  }

  /** How many replicas come to be where none of their partition was. */
  public long moves() {
    return waves.stream()
        .flatMap(wave -> wave.steps().stream())
        .filter(Step::created)
        .map(step -> List.of(step.partition(), step.instance()))
        .distinct()
        .count();
  }

  /** All transitions, in order. */
  public ImmutableList<Step> steps() {
    return waves.stream()
        .flatMap(wave -> wave.steps().stream())
        .collect(ImmutableList.toImmutableList());
  }

  /** Plays participants; used once. */
  private static final class Stage {
    private final Pipeline pipeline;
    private final ImmutableList.Builder<Wave> waves = ImmutableList.builder();
    private final long begin;
    private Snapshot now;

    Stage(Pipeline pipeline, Snapshot snapshot) {
      this.pipeline = pipeline;
      this.begin = snapshot.nowNanos();
      this.now = snapshot;
    }

    Rehearsal play() {
      ImmutableList<Reason> reasons = ImmutableList.of();
      for (int pass = 0; pass < MAX_PASSES; pass++) {
        Plan plan = pipeline.plan(now);
        reasons = plan.reasons();
        now = now.after(plan);
        if (!plan.decisions().isEmpty()) {
          ObedientCluster obeyed = ObedientCluster.carryOut(now, plan.decisions());
          waves.add(new Wave(elapsed(), plan.decisions(), obeyed.steps()));
          now = obeyed.snapshot();
        } else if (plan.wakeAtNanos().isPresent()) {
          long wait = Math.max(1, plan.wakeAtNanos().getAsLong() - now.nowNanos());
          now = now.later(Duration.ofNanos(wait));
          if (elapsed().compareTo(HORIZON) > 0) {
            return new Rehearsal(waves.build(), reasons, now, false);
          }
        } else {
          return new Rehearsal(waves.build(), reasons, now, true);
        }
      }
      return new Rehearsal(waves.build(), reasons, now, false);
    }

    private Duration elapsed() {
      return Duration.ofNanos(now.nowNanos() - begin);
    }
  }
}
