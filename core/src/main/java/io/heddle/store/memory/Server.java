// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.runtime.Loop;
import io.heddle.store.Acl;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The server: a tree, sessions, watches, one transaction counter. Each packet is carried out at
 * once, when it arrives. Confined to its loop, but for what says otherwise.
 */
final class Server {
  /** Where session ids start, so that no test takes one for a zxid. */
  private static final long FIRST_SESSION = 0x100_0000_0000L;

  private final Loop loop;
  private final Tree tree = new Tree();
  private final Watches watches = new Watches();
  private final Map<Long, ServerSession> sessions = new LinkedHashMap<>();
  private final List<Consumer<CommittedTxn>> log = new CopyOnWriteArrayList<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private long lastZxid;
  private long lastSession = FIRST_SESSION;

  Server(Loop loop) {
    this.loop = loop;
  }

  Loop loop() {
    return loop;
  }

  long now() {
    return loop.nanoTime();
  }

  Watches watches() {
    return watches;
  }

  /** Adds a reader of the log. May be called from any thread. */
  void onCommit(Consumer<CommittedTxn> reader) {
    log.add(reader);
  }

  /** What was done so far. May be called from any thread. */
  OperationCounts operations() {
    return new OperationCounts(writes.get(), reads.get());
  }

  /** What the credentials prove; shorter than {@code credentials} if one is not accepted. */
  List<Identity> identify(List<Credential> credentials) {
    return credentials.stream().map(Identity::of).flatMap(Optional::stream).toList();
  }

  // ---- sessions ----

  /** The session that a connection goes on with or starts; null if it is over. */
  @Nullable ServerSession attach(Hello hello, ServerConnection connection) {
    if (hello.session() == 0) {
      return start(hello, connection);
    }
    ServerSession session = sessions.get(hello.session());
    if (session != null) {
      session.moveTo(connection, now());
    }
    return session;
  }

  private ServerSession start(Hello hello, ServerConnection connection) {
    lastZxid++;
    lastSession++;
    ServerSession session = new ServerSession(hello, lastSession, connection, now());
    sessions.put(session.id(), session);
    expireIn(session.timeout(), session);
    return session;
  }

  private void expireIn(Duration delay, ServerSession session) {
    session.expiresBy(loop.schedule(delay, () -> expireIfSilent(session)));
  }

  private void expireIfSilent(ServerSession session) {
    Duration left = session.left(now());
    if (left.isZero() || left.isNegative()) {
      end(session);
    } else {
      expireIn(left, session);
    }
  }

  /** Ends a session: its ephemerals go in one transaction, then its connection. */
  void end(ServerSession session) {
    if (sessions.remove(session.id()) == null) {
      return;
    }
    lastZxid++;
    List<Tree.Change> changes = new ArrayList<>();
    tree.deleteEphemerals(session.id(), changes::add);
    publish(changes, session.id());
    session.close();
  }

  /** Ends the sessions of some clients. */
  void endSessions(Predicate<ServerSession> which) {
    sessions.values().stream().filter(which).toList().forEach(this::end);
  }

  /** The sessions that live, oldest first. */
  ImmutableList<Long> sessions() {
    return ImmutableList.copyOf(sessions.keySet());
  }

  // ---- requests ----

  Commit commit(List<Op> ops, long session, List<Identity> who) {
    // A refused one takes a number too, as in ZooKeeper: nobody may count on numbers without gaps.
    lastZxid++;
    List<Tree.Change> changes = new ArrayList<>(ops.size());
    Commit commit = tree.commit(ops, lastZxid, session, who, changes::add);
    publish(changes, session);
    return commit;
  }

  /** Counts, logs and tells the watchers; before the answer, so that they hear of it first. */
  private void publish(List<Tree.Change> changes, long session) {
    if (changes.isEmpty()) {
      return;
    }
    writes.addAndGet(changes.size());
    if (!log.isEmpty()) {
      CommittedTxn txn = new CommittedTxn(lastZxid, session, logged(changes));
      log.forEach(reader -> reader.accept(txn));
    }
    for (Tree.Change change : changes) {
      for (ServerConnection watching : watches.watching(change.node().path)) {
        watching.tell(change, lastZxid);
      }
    }
  }

  private static ImmutableList<CommittedTxn.Change> logged(List<Tree.Change> changes) {
    ImmutableList.Builder<CommittedTxn.Change> logged =
        ImmutableList.builderWithExpectedSize(changes.size());
    for (Tree.Change change : changes) {
      logged.add(new CommittedTxn.Change(change.node().path, change.kind(), change.data()));
    }
    return logged.build();
  }

  Read read(String path, List<Identity> who) {
    reads.incrementAndGet();
    Znode node = tree.find(path);
    if (node == null) {
      return new Read.Absent(path);
    }
    if (!Identity.allowed(node.acl, Acl.READ, who)) {
      return new Read.Denied(path);
    }
    return new Read.Found(new Node(path, node.data, node.stat()));
  }

  Children children(String path, List<Identity> who) {
    reads.incrementAndGet();
    Znode node = tree.find(path);
    if (node == null) {
      return new Children.Absent();
    }
    if (!Identity.allowed(node.acl, Acl.READ, who)) {
      return new Children.Denied();
    }
    return new Children.Found(ImmutableList.copyOf(node.children));
  }

  void age(String path, int version) {
    Znode node = tree.find(path);
    if (node != null) {
      node.version = version;
      node.mzxid = ++lastZxid;
    }
  }

  /** All znodes but the root, by path. */
  ImmutableSortedMap<String, Node> contents() {
    ImmutableSortedMap.Builder<String, Node> contents = ImmutableSortedMap.naturalOrder();
    for (Znode node : tree.all()) {
      if (node.path.length() > 1) {
        contents.put(node.path, new Node(node.path, node.data, node.stat()));
      }
    }
    return contents.build();
  }
}
