// SPDX-License-Identifier: Apache-2.0
package io.heddle.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One thread's event loop, and its clocks. What is confined to a loop runs only there, one task at
 * a time, in the order in which tasks were handed over.
 *
 * <p>{@link #execute} and {@link #schedule} may be called from any thread. After {@link #close}
 * both ignore what they are given. A task that throws goes to the loop's fault handler, and the
 * loop goes on.
 */
public interface Loop extends Executor, AutoCloseable {
  /** The longest that {@link #executeAndWait} waits. */
  Duration WAIT = Duration.ofSeconds(5);

  /** Runs {@code task} on this loop, after all that was handed over before. */
  @Override
  void execute(Runnable task);

  /**
   * Runs {@code task} on this loop, as {@link #execute} does, and waits until it has run, but no
   * longer than {@link #WAIT}: for what closes something, so that whoever closed it may go on to
   * close what it rests on. Does not wait on the loop's own thread, nor where the loop is closed,
   * nor on a loop that its caller drives, such as one on virtual time.
   */
  default void executeAndWait(Runnable task) {
    execute(task);
  }

  /**
   * Runs {@code task} on this loop, no earlier than after {@code delay}.
   *
   * @param delay at least zero
   * @return a handle that takes it back
   */
  Timer schedule(Duration delay, Runnable task);

  /** Monotonic time in nanoseconds, comparable only with itself. */
  long nanoTime();

  /** Wall-clock time in milliseconds since 1970. May jump. */
  long wallMillis();

  /** Stops the loop after the task that runs now; what waits is dropped. Returns at once. */
  @Override
  void close();

  /** Takes a scheduled task back. */
  @FunctionalInterface
  interface Timer {
    /** Does nothing if the task has run. To be called on the loop. */
    void cancel();
  }
}
