// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One session with the store. Requests of one session are carried out and answered in the order in
 * which they were made, and watch events are told in that same order: an event of a change is told
 * before the answer to a read that shows it.
 *
 * <p>To be used on the loop that it was opened with; every callback runs there, exactly once, after
 * the call has returned. When the session ends or is closed, what is not answered yet is answered
 * with {@code Unknown} or {@link Read.Unavailable}.
 */
public interface StoreSession extends AutoCloseable {
  /** Most operations of one {@link #commit}. */
  int MAX_OPS = 600;

  /** Most bytes of one {@link #commit}, paths and data together. */
  int MAX_COMMIT_BYTES = 640 * 1024;

  /** Most bytes of one znode. */
  int MAX_NODE_BYTES = 256 * 1024;

  /**
   * Does all operations, or none of them.
   *
   * @param ops 1 to {@link #MAX_OPS}, in order; only checks are fine too, and are answered by a
   *     quorum
   * @throws IllegalArgumentException if a bound is exceeded; nothing is sent then
   */
  void commit(List<Op> ops, Consumer<Commit> answer);

  /** Reads one znode. */
  void read(String path, Consumer<Read> answer);

  /**
   * Reads many znodes in one go, pipelined. The answers need not be of one moment.
   *
   * @param answer told once, with one element per path, in the order of {@code paths}
   */
  void readAll(List<String> paths, Consumer<List<Read>> answer);

  /** Names of the children, sorted, or why there are none. */
  void children(String path, Consumer<Children> answer);

  /**
   * Makes sure that what is read next is at least as new as all that was written before by anybody.
   *
   * @param answer told whether it was done; if not, the connection was lost
   */
  void sync(Consumer<Boolean> answer);

  /**
   * Watches a znode and all below it, from now until the session ends. The znode need not exist.
   * Several watches may overlap; each is told.
   *
   * @param events told the path of each znode that was created, changed or deleted
   * @param answer told whether the watch is in force; if not, the connection was lost. Once in
   *     force it is so again after each reconnect, but events of the time between are lost
   */
  void watch(String path, Consumer<WatchEvent> events, Consumer<Boolean> answer);

  /** The session's id; 0 before it is connected. */
  long id();

  /** The session timeout that the server granted; before it is connected, the one asked for. */
  Duration timeout();

  /** Ends the session, at the server too, if it can be reached. Nothing is told to the listener. */
  @Override
  void close();
}
