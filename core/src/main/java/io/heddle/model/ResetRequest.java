// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Comparator;

/**
 * An administrator wants a replica in ERROR to begin anew. It names the one failure that was seen:
 * what fails again afterwards is not meant.
 *
 * @param instance where
 * @param incarnation the incarnation that reported it
 * @param resource the resource
 * @param partition the partition's number
 * @param q the sequence number of the target under which it is in ERROR
 */
public record ResetRequest(
    InstanceId instance, long incarnation, ResourceKey resource, int partition, long q)
    implements Comparable<ResetRequest> {
  /** Most requests for one resource at a time. */
  public static final int MOST = 2_000;

  private static final Comparator<ResetRequest> ORDER = Comparator.comparing(ResetRequest::resource)
      .thenComparingInt(ResetRequest::partition)
      .thenComparing(ResetRequest::instance)
      .thenComparingLong(ResetRequest::incarnation)
      .thenComparingLong(ResetRequest::q);

  @Override
  public int compareTo(ResetRequest other) {
    return ORDER.compare(this, other);
  }
}
