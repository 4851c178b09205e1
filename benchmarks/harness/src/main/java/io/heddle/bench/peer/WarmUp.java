// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

/**
 * Work is repeated before it is measured: once at least, and for so many seconds, so that both
 * systems' code is compiled as it would be in a process that has run for a while.
 */
public final class WarmUp {
  private final long end;

  private WarmUp(long end) {
    this.end = end;
  }

  /** One that begins now, of the size {@code warmupSeconds}. */
  public static WarmUp of(Request request) {
    return new WarmUp(System.nanoTime() + request.size("warmupSeconds") * 1_000_000_000L);
  }

  /** Whether to do it once more, after it was done so often. */
  public boolean goesOn(int done) {
    return done == 0 || System.nanoTime() - end < 0;
  }
}
