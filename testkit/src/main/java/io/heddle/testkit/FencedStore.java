// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.model.PartitionId;
import io.heddle.model.Token;
import java.util.Map;
import java.util.TreeMap;

/**
 * A store that is protected by fencing tokens, as whatever a top state writes to should be: of each
 * partition it accepts a write only if its token is at least the highest that it has seen. So a
 * writer that was replaced, and does not know yet, does no harm.
 *
 * <p>It knows who wrote under each token. Two writers under one token would both be let in: that is
 * a fault of whoever gave the token out, and an {@link AssertionError}. Confined to the
 * simulation's thread.
 */
public final class FencedStore {
  private final Map<PartitionId, Holder> holders = new TreeMap<>();
  private long accepted;
  private long refused;

  /** What became of a write. */
  public enum Answer {
    /** It was carried out. */
    ACCEPTED,
    /** A higher token was seen before. */
    REFUSED
  }

  private record Holder(long token, String writer) {}

  /**
   * Writes.
   *
   * @param partition what is written
   * @param token the token of the writer's lease
   * @param writer tells writers apart: names one incarnation
   * @throws AssertionError if another writer has used the token
   */
  public Answer write(PartitionId partition, long token, String writer) {
    Holder before = holders.get(partition);
    if (before != null && token < before.token()) {
      refused++;
      return Answer.REFUSED;
    }
    if (before != null && token == before.token() && !writer.equals(before.writer())) {
      throw new AssertionError("[one token, two writers] %s: token %s is used by %s too, %s"
          .formatted(partition, Token.format(token), before.writer(), writer));
    }
    holders.put(partition, new Holder(token, writer));
    accepted++;
    return Answer.ACCEPTED;
  }

  /** The highest token seen of a partition; {@link Token#NONE} before the first write. */
  public long highest(PartitionId partition) {
    Holder holder = holders.get(partition);
    return holder == null ? Token.NONE : holder.token();
  }

  /** Who wrote a partition under its highest token; empty before the first write. */
  public String writer(PartitionId partition) {
    Holder holder = holders.get(partition);
    return holder == null ? "" : holder.writer();
  }

  /** How many writes were carried out. */
  public long accepted() {
    return accepted;
  }

  /** How many writes came too late. */
  public long refused() {
    return refused;
  }
}
