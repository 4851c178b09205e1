// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReportBucket;
import java.util.Optional;

/**
 * All that the snapshot knows of an instance.
 *
 * @param id the instance
 * @param spec what an administrator says of it; empty if it is not configured, or unreadable
 * @param live its living incarnation, if there is one that can be read
 * @param unclear the znode that would tell whether it lives, if it cannot be read and never could:
 *     any incarnation may live there, so that nothing of it is given to others
 * @param assignments its assignment buckets by name, whatever incarnation they are for
 * @param reports its report buckets by name, whatever incarnation wrote them
 */
public record InstanceView(
    InstanceId id,
    Optional<InstanceSpec> spec,
    Optional<LiveInstance> live,
    Optional<String> unclear,
    ImmutableSortedMap<String, AssignmentBucket> assignments,
    ImmutableSortedMap<String, ReportBucket> reports) {
  /** One of which it is known whether it lives. */
  public InstanceView(
      InstanceId id,
      Optional<InstanceSpec> spec,
      Optional<LiveInstance> live,
      ImmutableSortedMap<String, AssignmentBucket> assignments,
      ImmutableSortedMap<String, ReportBucket> reports) {
    this(id, spec, live, Optional.empty(), assignments, reports);
  }
}
