// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

/**
 * What an {@link EmbeddedZooKeeper} was asked to do since it was made, also before restarts.
 * Immutable.
 *
 * <p>Counted at the server, by all clients together. Keeping sessions alive, {@code sync} and the
 * registration of watches don't count.
 *
 * @param writes znodes created, set or deleted, also inside a multi; checks and the multi itself
 *     don't count, nor does anything of a refused request; the deletion of an ephemeral at the end
 *     of its session does
 * @param reads {@code getData}, {@code exists} and {@code getChildren}, whatever the answer, and
 *     each read inside a multi-read
 * @param multis multis, also refused ones and those that only check; multi-reads don't count
 */
public record OperationCounts(long writes, long reads, long multis) {
  /** Nothing yet. */
  static final OperationCounts NONE = new OperationCounts(0, 0, 0);

  /** What came between {@code earlier} and this. */
  public OperationCounts since(OperationCounts earlier) {
    return new OperationCounts(
        writes - earlier.writes, reads - earlier.reads, multis - earlier.multis);
  }

  OperationCounts plus(OperationCounts more) {
    return new OperationCounts(writes + more.writes, reads + more.reads, multis + more.multis);
  }
}
