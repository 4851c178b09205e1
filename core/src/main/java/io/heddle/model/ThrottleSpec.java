// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableList;
import java.util.OptionalInt;

/**
 * How much may go on at a time.
 *
 * @param throttles on the steps of replicas, at most {@value #MOST}
 * @param errorThreshold if more partitions than this are in ERROR or lack replicas, no partition is
 *     moved for the sake of balance; of the cluster's spec all partitions count, of a resource's
 *     its own
 * @param tasksPerInstance most tasks that an instance is given at a time, of all jobs; from the
 *     cluster's spec only
 */
public record ThrottleSpec(
    ImmutableList<Throttle> throttles, OptionalInt errorThreshold, OptionalInt tasksPerInstance) {
  /** Most throttles. */
  public static final int MOST = 100;

  /** No limits. */
  public static final ThrottleSpec NONE =
      new ThrottleSpec(ImmutableList.of(), OptionalInt.empty(), OptionalInt.empty());

  /** Checks the figures. */
  public ThrottleSpec {
    if (throttles.size() > MOST) {
      throw new IllegalArgumentException(
          "there may be " + MOST + " throttles, not " + throttles.size());
    }
    check("the error threshold", errorThreshold, 0);
    check("the tasks per instance", tasksPerInstance, 1);
  }

  private static void check(String what, OptionalInt figure, int least) {
    if (figure.isPresent() && figure.getAsInt() < least) {
      throw new IllegalArgumentException(
          what + " must be at least " + least + ", not " + figure.getAsInt());
    }
  }

  /** Only throttles. */
  public static ThrottleSpec of(Throttle... throttles) {
    return new ThrottleSpec(
        ImmutableList.copyOf(throttles), OptionalInt.empty(), OptionalInt.empty());
  }

  /** With an {@link #errorThreshold}. */
  public ThrottleSpec holdingBalanceAbove(int partitions) {
    return new ThrottleSpec(throttles, OptionalInt.of(partitions), tasksPerInstance);
  }

  /** With a limit of {@link #tasksPerInstance}. */
  public ThrottleSpec withTasksPerInstance(int tasks) {
    return new ThrottleSpec(throttles, errorThreshold, OptionalInt.of(tasks));
  }
}
