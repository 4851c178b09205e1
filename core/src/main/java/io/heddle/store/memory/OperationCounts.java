// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

/**
 * What a store was asked to do since it was made. Immutable.
 *
 * @param writes znodes created, set and deleted, also inside a multi, and ephemerals deleted at the
 *     end of their session; refused commits, checks and the multi itself don't count
 * @param reads znodes read, and listings
 */
public record OperationCounts(long writes, long reads) {
  /** What was done between {@code earlier} and this. */
  public OperationCounts since(OperationCounts earlier) {
    return new OperationCounts(writes - earlier.writes, reads - earlier.reads);
  }
}
