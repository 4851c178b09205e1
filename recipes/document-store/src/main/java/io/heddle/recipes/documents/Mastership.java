// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.participant.Lease;
import io.heddle.recipes.documents.Message.Refusal;
import io.heddle.recipes.documents.PartitionView.Master;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One term of a MASTER. It answers once every live SLAVE of the routing has joined it; a write is
 * acknowledged when every joined replica has it on disk.
 *
 * <p><em>Joining.</em> The joiner says which write it has last. Equal versions mean equal content;
 * otherwise it is sent everything, and writes wait meanwhile. A new MASTER that has answered nobody
 * yet may find that a joiner has more than itself: then it takes over the joiner's content, so that
 * an acknowledged write survives as long as one replica that has it.
 *
 * <p><em>Leaving.</em> A replica is dropped when it says so, when the routing no longer shows it as
 * a SLAVE although it did, or when its incarnation is gone from the routing. A broken connection
 * alone drops nobody: writes fail until the replica has joined again or is gone.
 *
 * <p><em>Reading.</em> A write that failed is on this disk all the same, and comes to be
 * acknowledged by nobody: whoever read it might find it gone at the next MASTER. So its document is
 * shown only once every replica has it, by joining again, or because those without it are gone.
 * Until then the reader is told to try again.
 *
 * <p>Thread-safe: one lock, which nobody waits for longer than {@link #LOCK_WAIT}.
 */
final class Mastership implements AutoCloseable {
  /** The longest wait for the lock; then the client is told to try again. */
  static final Duration LOCK_WAIT = Duration.ofSeconds(5);

  /** The longest wait for a replica's acknowledgement. */
  static final Duration ACK_WAIT = Duration.ofSeconds(3);

  private final int partition;
  private final Member self;
  private final Lease lease;
  private final PartitionStorage storage;
  private final PartitionView.Source routing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Joined> joined = new ConcurrentSkipListMap<>();
  private boolean answers;

  /** The last write that every replica was known to have. Guarded by the lock. */
  private Version confirmed = Version.NONE;

  private volatile boolean over;

  /** A replica that must have each write. Guarded by the lock. */
  private static final class Joined {
    private final Member member;
    private final Wire wire;
    private volatile boolean connected = true;
    private boolean seenAsSlave;

    Joined(Member member, Wire wire) {
      this.member = member;
      this.wire = wire;
    }

    void cut() {
      connected = false;
      wire.close();
    }
  }

  Mastership(
      int partition,
      Member self,
      Lease lease,
      PartitionStorage storage,
      PartitionView.Source routing) {
    this.partition = partition;
    this.self = self;
    this.lease = lease;
    this.storage = storage;
    this.routing = routing;
  }

  /** Answers a client's write. */
  Message put(Message.Put put) {
    return locked(() -> {
      if (put.token() < storage.highestToken()) {
        return refuse(
            Refusal.STALE_TOKEN,
            "token " + put.token() + "; " + storage.highestToken() + " was seen");
      }
      if (put.token() != lease.token()) {
        return refuse(Refusal.NOT_MASTER, "token " + put.token() + ", not mine, " + lease.token());
      }
      Optional<Message> obstacle = obstacle();
      return obstacle.isPresent() ? obstacle.get() : write(put);
    });
  }

  private Message write(Message.Put put) throws IOException {
    long token = lease.token();
    Document document = new Document(storage.last().next(token), put.key(), put.content());
    storage.append(token, document);
    List<Joined> sent = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    for (Joined replica : joined.values()) {
      try {
        replica.wire.send(new Message.Replicate(token, document));
        sent.add(replica);
      } catch (IOException e) {
        replica.cut();
        failed.add(replica.member + ": " + e);
      }
    }
    for (Joined replica : sent) {
      try {
        Message answer = replica.wire.receive();
        if (!answer.equals(new Message.Ack(document.version()))) {
          throw new IOException("answered " + answer);
        }
      } catch (IOException e) {
        replica.cut();
        failed.add(replica.member + ": " + e);
      }
    }
    // The disks had their time: whether this was the MASTER all along is what counts.
    if (!failed.isEmpty() || !isMaster()) {
      return refuse(Refusal.FAILED, "write " + document.version() + " not on " + failed);
    }
    confirmed = document.version();
    return new Message.Stored(token);
  }

  /** Answers a client's read. */
  Message get(Message.Get get) {
    return locked(() -> {
      Optional<Document> document = storage.get(get.key());
      if (!answers || document.filter(this::isInDoubt).isPresent()) {
        Optional<Message> obstacle = obstacle();
        if (obstacle.isPresent()) {
          return obstacle.get();
        }
      }
      if (!isMaster()) {
        return refuse(Refusal.NOT_MASTER, "no longer the MASTER");
      }
      return document
          .<Message>map(found -> new Message.Found(found.content()))
          .orElseGet(Message.Missing::new);
    });
  }

  /** Its write failed: it is here, but a successor that lacks it may follow. */
  private boolean isInDoubt(Document document) {
    return document.version().compareTo(confirmed) > 0;
  }

  /**
   * Lets a replica join.
   *
   * @return the refusal, or nothing if it has joined: then the connection is the MASTER's
   */
  Optional<Message> join(Message.Join join, Wire wire) {
    Message answer = locked(() -> {
      if (!isMaster() || join.token() != lease.token()) {
        return refuse(Refusal.NOT_MASTER, "not the MASTER of token " + join.token());
      }
      PartitionView view = routing.view(partition);
      if (view.stale() || !view.present().contains(join.member())) {
        return refuse(Refusal.NOT_READY, join.member() + " is not in the routing yet");
      }
      @Nullable Joined before = joined.get(join.member().instance());
      if (before != null) {
        before.cut();
      }
      wire.timeout(ACK_WAIT);
      try {
        bringUpToDate(join, wire);
      } catch (IOException e) {
        // The replica that was there stays, as one that is cut off.
        return refuse(Refusal.FAILED, "the copy to " + join.member() + " failed: " + e);
      }
      joined.put(join.member().instance(), new Joined(join.member(), wire));
      return new Message.Ack(storage.last());
    });
    return answer instanceof Message.Refused ? Optional.of(answer) : Optional.empty();
  }

  private void bringUpToDate(Message.Join join, Wire wire) throws IOException {
    if (!answers && join.last().compareTo(storage.last()) > 0) {
      wire.send(new Message.Fetch());
      Copies.receive(wire, storage, lease.token(), wire.receive());
      // Who joined before has less, and must join again.
      joined.values().forEach(Joined::cut);
    }
    if (join.last().equals(storage.last())) {
      wire.send(new Message.Current(storage.last()));
    } else {
      Copies.send(wire, storage);
    }
    Message answer = wire.receive();
    if (!answer.equals(new Message.Ack(storage.last()))) {
      throw new IOException("it answered " + answer);
    }
  }

  /** Lets a replica go. */
  Message leave(Message.Leave leave) {
    return locked(() -> {
      @Nullable Joined replica = joined.get(leave.member().instance());
      if (replica != null && replica.member.equals(leave.member())) {
        replica.cut();
        joined.remove(leave.member().instance());
      }
      return new Message.Left();
    });
  }

  private boolean isMaster() {
    return !over && lease.isValid();
  }

  /** Why nothing can be written now, if so. */
  private Optional<Message> obstacle() {
    if (!isMaster()) {
      return Optional.of(refuse(Refusal.NOT_MASTER, "no longer the MASTER"));
    }
    PartitionView view = routing.view(partition);
    // Until the routing shows this term, it may be older than the term, and miss replicas.
    if (view.stale()
        || !view.master().filter(m -> isSelf(m) && m.token() == lease.token()).isPresent()) {
      return Optional.of(refuse(Refusal.NOT_READY, "the routing does not show this MASTER yet"));
    }
    dropGone(view);
    for (Member slave : view.slaves()) {
      @Nullable Joined replica = joined.get(slave.instance());
      if (replica == null || !replica.connected || !replica.member.equals(slave)) {
        return Optional.of(refuse(Refusal.NOT_READY, "SLAVE " + slave + " has not joined"));
      }
    }
    for (Joined replica : joined.values()) {
      if (!replica.connected) {
        return Optional.of(refuse(Refusal.NOT_READY, replica.member + " is cut off"));
      }
    }
    answers = true;
    // Who joined was given everything, and who missed a write since was cut off.
    confirmed = storage.last();
    return Optional.empty();
  }

  private boolean isSelf(Master master) {
    return master.member().instance().equals(self.instance());
  }

  private void dropGone(PartitionView view) {
    Iterator<Joined> all = joined.values().iterator();
    while (all.hasNext()) {
      Joined replica = all.next();
      boolean isSlave = view.slaves().contains(replica.member);
      if (!isSlave && (replica.seenAsSlave || !view.present().contains(replica.member))) {
        replica.cut();
        all.remove();
      } else {
        replica.seenAsSlave |= isSlave;
      }
    }
  }

  private static Message refuse(Refusal why, String detail) {
    return new Message.Refused(why, detail);
  }

  /** A step under the lock. */
  private interface Step {
    Message run() throws IOException;
  }

  private Message locked(Step step) {
    try {
      if (!lock.tryLock(LOCK_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return refuse(Refusal.NOT_READY, "the partition was busy for " + LOCK_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refuse(Refusal.NOT_READY, "the node stops");
    }
    try {
      return step.run();
    } catch (StaleTokenException e) {
      return refuse(Refusal.STALE_TOKEN, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return refuse(Refusal.FAILED, String.valueOf(e));
    } finally {
      lock.unlock();
    }
  }

  /** Ends the term: what is under way is finished or fails, and the replicas are let go. */
  @Override
  public void close() {
    over = true;
    // Without the lock first: whoever holds it may be waiting for one of these.
    joined.values().forEach(Joined::cut);
    Message unused = locked(() -> {
      joined.values().forEach(Joined::cut);
      joined.clear();
      return new Message.Left();
    });
  }
}
