// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.internal;

import com.google.common.collect.ImmutableList;
import java.util.Locale;

/**
 * What happened: a hash of everything, and the last lines. Lines are put together only when they
 * are asked for. Confined to the simulation's thread.
 */
public final class Trace {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private final Object[] lines;
  private final long[] times;
  private long written;
  private long hash;

  private record Line(String actor, String what, Object detail) {}

  /**
   * An empty trace.
   *
   * @param capacity how many lines are kept, above zero
   */
  public Trace(int capacity) {
    if (capacity <= 0) {
      throw new IllegalArgumentException("a trace keeps at least one line, not " + capacity);
    }
    this.lines = new Object[capacity];
    this.times = new long[capacity];
  }

  /** Takes a number into the hash. */
  public void fold(long value) {
    hash = (Long.rotateLeft(hash, 23) ^ value) * PRIME;
  }

  /**
   * Writes a line. Its detail is no part of the hash.
   *
   * @param detail what {@code toString} tells; must not change afterwards
   */
  public void write(long atNanos, String actor, String what, Object detail) {
    fold(atNanos);
    fold(actor.hashCode() * 31L + what.hashCode());
    int index = (int) (written % lines.length);
    lines[index] = new Line(actor, what, detail);
    times[index] = atNanos;
    written++;
  }

  /** Equal for equal histories. */
  public long hash() {
    return hash;
  }

  /** The last lines, oldest first. */
  public ImmutableList<String> last() {
    ImmutableList.Builder<String> last = ImmutableList.builder();
    for (long i = Math.max(0, written - lines.length); i < written; i++) {
      int index = (int) (i % lines.length);
      Line line = (Line) lines[index];
      last.add(String.format(
          Locale.ROOT,
          "%12.6f %s %s %s",
          times[index] / 1e9,
          line.actor(),
          line.what(),
          line.detail()));
    }
    return last.build();
  }
}
