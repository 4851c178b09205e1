// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Node;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * ZooKeeper's semantics in the process. One server, confined to a loop of its own; clients talk to
 * it through a {@link Network}, which may delay and cut. Thread-safe, if the network is.
 *
 * <p>As in ZooKeeper:
 *
 * <ul>
 *   <li>All transactions have one order and one counter. A commit does all or nothing, and names
 *       the first operation that was refused. Versions start again with a znode created again.
 *   <li>Each client's requests are carried out in order. Answers and watch events reach it in one
 *       order: a change is told before what shows it.
 *   <li>The server ends a session from which it heard nothing for the session timeout, by its own
 *       clock; the ephemerals go in one transaction. The client pings at a third of the timeout,
 *       and takes the connection for lost after hearing nothing for two thirds of it. It goes on
 *       with its session through another connection; then the server ignores what still arrives
 *       through the old one. Only the server tells a client that its session is over.
 *   <li>What was in flight when a connection is lost has an unknown outcome. Watches are in force
 *       again after a reconnect; events of the time between are lost.
 *   <li>Access lists are checked on each operation, and before an event is told. Schemes are
 *       {@code world}, {@code digest}, {@code auth}.
 * </ul>
 *
 * <p>Unlike ZooKeeper there is one server, which never lags; it grants each session timeout; and
 * {@code /} is empty at first.
 */
public final class MemoryStore implements Store {
  private final Server server;
  private final Network network;
  private final Runnable onClose;

  /** A store on a thread of its own, with a network that neither delays nor cuts. */
  public MemoryStore() {
    this(new DirectNetwork());
  }

  /** A store on a thread of its own. */
  public MemoryStore(Network network) {
    Loop loop = new ThreadLoop("heddle-memory-store");
    this.server = new Server(loop);
    this.network = network;
    this.onClose = loop::close;
  }

  /**
   * A store on the caller's loop, which {@link #close} does not close.
   *
   * @param serverLoop the server's thread and clock
   * @param network carries all between the clients and the server
   */
  public MemoryStore(Loop serverLoop, Network network) {
    this.server = new Server(serverLoop);
    this.network = network;
    this.onClose = () -> {};
  }

  private MemoryStore(Server server, Network network) {
    this.server = server;
    this.network = network;
    this.onClose = () -> {};
  }

  /**
   * The same store, reached by another way. To close it closes nothing.
   *
   * @param other carries all between the server and the clients that the result opens
   */
  public MemoryStore through(Network other) {
    return new MemoryStore(server, other);
  }

  @Override
  public StoreSession open(SessionOptions options, Loop loop, Consumer<SessionEvent> listener) {
    ClientSession session = new ClientSession(server, network, options, loop, listener);
    loop.execute(session::start);
    return session;
  }

  /** What was done so far. */
  public OperationCounts operations() {
    return server.operations();
  }

  /**
   * Adds a reader of the transaction log, for checkers of histories.
   *
   * @param reader told of each transaction that changed something, in order, on the server's loop,
   *     before any client hears of it
   */
  public void onCommit(Consumer<CommittedTxn> reader) {
    server.onCommit(reader);
  }

  /** Ends a session as if its time were over; does nothing if there is no such session. */
  public void expire(long session) {
    server.loop().execute(() -> server.endSessions(s -> s.id() == session));
  }

  /**
   * Ends sessions as if their time were over.
   *
   * @param clientLoops chooses among the loops that sessions were opened with
   */
  public void expireSessionsOf(Predicate<Loop> clientLoops) {
    server.loop().execute(() -> server.endSessions(s -> clientLoops.test(s.clientLoop())));
  }

  /**
   * Makes a znode as old as if it had been written so often, for tests of counters that run out
   * (rule R13). No watch tells of it.
   *
   * @param path the znode; if it is not there, nothing happens
   * @param version its data version from now on
   */
  public void age(String path, int version) {
    server.loop().execute(() -> server.age(path, version));
  }

  /** The sessions that live, oldest first. To be called on the server's loop. */
  public ImmutableList<Long> sessions() {
    return server.sessions();
  }

  /**
   * All znodes but the root, by path, whoever may read them. To be called on the server's loop.
   * Counts as no read.
   */
  public ImmutableSortedMap<String, Node> contents() {
    return server.contents();
  }

  @Override
  public void close() {
    onClose.run();
  }
}
