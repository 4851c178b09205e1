// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

/**
 * Which write of a partition it is: the token of the MASTER that ordered it, and its number. Two
 * replicas whose last writes are of equal version have equal content, since each follows one MASTER
 * at a time without a gap.
 *
 * @param token the fencing token, at least 0
 * @param sequence counts the partition's writes, from 1; 0 before the first
 */
record Version(long token, long sequence) implements Comparable<Version> {
  /** Before the first write. */
  static final Version NONE = new Version(0, 0);

  @Override
  public int compareTo(Version other) {
    int tokens = Long.compare(token, other.token);
    return tokens != 0 ? tokens : Long.compare(sequence, other.sequence);
  }

  /** The write that follows this one under a MASTER's token. */
  Version next(long masterToken) {
    return new Version(masterToken, sequence + 1);
  }
}
