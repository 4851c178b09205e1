// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import com.google.common.collect.ImmutableList;
import io.heddle.locks.Contention.Live;
import io.heddle.locks.Contention.Waiter;
import io.heddle.locks.LockException.Kind;
import io.heddle.runtime.Loop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One lock as this process sees it. Confined to its loop.
 *
 * <p>Level-triggered: {@link #work} reads the counter and the holder, and does the one thing that
 * follows: take the lock, adopt it after an unknown outcome, remove a holder of this session that
 * is spent, or wait. While a holder exists the counter does not change, since taking does both at
 * once: so the token of a holder is the counter as it is.
 */
final class Lock {
  /** Most locks of a cluster; their counters stay, so that tokens never restart. */
  static final int MAX_NAMES = 10_000;

  /** About how often a lock is looked at without being told. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private final String name;
  private final String counter;
  private final String holder;
  private final String section;
  private final AccessControl access;
  private final ClusterPaths paths;
  private final Loop loop;
  private final byte[] owner;
  private final Runnable onIdle;
  private final int maxVersion;
  private @Nullable Live live;
  private @Nullable HeldLock held;

  /** The highest token of this session that is given out, or given back. */
  private long spent;

  /** Whether a holder of this session may be there that nobody uses. */
  private boolean leftover;

  private boolean busy;
  private boolean again;
  private boolean watching;
  private Loop.Timer look = () -> {};

  /**
   * A lock of which nothing is known.
   *
   * @param owner who holds it, for people
   * @param maxVersion above it the counter's znode is made anew with a higher base (rule R13)
   * @param onIdle run when nobody here holds it or waits for it
   */
  Lock(
      String name,
      ClusterPaths paths,
      AccessControl access,
      Loop loop,
      String owner,
      int maxVersion,
      Runnable onIdle) {
    this.name = name;
    this.section = paths.in("locks");
    this.counter = paths.in("locks", name);
    this.holder = paths.in("locks", name, "h");
    this.paths = paths;
    this.access = access;
    this.loop = loop;
    this.owner = owner.getBytes(StandardCharsets.UTF_8);
    this.maxVersion = maxVersion;
    this.onIdle = onIdle;
  }

  void connected(Live now) {
    live = now;
    work();
  }

  /** The session's lease has lapsed: what was held is not, though its holder is still there. */
  void lapsed() {
    if (held != null && !held.isHeld()) {
      giveUp();
    } else {
      work();
    }
  }

  /** The session is over. */
  void disowned() {
    live = null;
    busy = false;
    again = false;
    watching = false;
    leftover = false;
    spent = 0;
    if (held != null) {
      giveUp();
      leftover = false;
    }
    checkIdle();
  }

  private void giveUp() {
    @Nullable HeldLock over = held;
    held = null;
    leftover = true;
    if (over != null) {
      over.end();
    }
    work();
  }

  void fail(LockException why) {
    List<Waiter> all = new ArrayList<>(waiters);
    waiters.clear();
    for (Waiter waiter : all) {
      waiter.timeout().cancel();
      waiter.result().completeExceptionally(why);
    }
    checkIdle();
  }

  void timedOut(long number, Duration within) {
    for (Waiter waiter : ImmutableList.copyOf(waiters)) {
      if (waiter.number() == number) {
        waiters.remove(waiter);
        waiter
            .result()
            .completeExceptionally(new LockException(
                Kind.TIMED_OUT, "lock " + name + " was not free within " + within));
      }
    }
    checkIdle();
  }

  private void checkIdle() {
    if (waiters.isEmpty() && held == null && !leftover && !busy) {
      look.cancel();
      onIdle.run();
    }
  }

  /** Looks at the lock, unless there is nothing to do. */
  private void work() {
    @Nullable Live now = live;
    if (now == null || !now.connected || held != null || (waiters.isEmpty() && !leftover)) {
      return;
    }
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    now.session.readAll(ImmutableList.of(counter, holder), reads -> {
      if (live == now) {
        busy = false;
        boolean repeat = again;
        again = false;
        read(now, reads);
        if (repeat) {
          // Told of a change meanwhile, which these reads may not show.
          work();
        }
      }
    });
  }

  private void read(Live now, List<Read> reads) {
    if (reads.get(0) instanceof Read.Denied) {
      fail(denied());
    } else if (reads.get(0) instanceof Read.Absent) {
      leftover = false;
      create(now);
    } else if (reads.get(0) instanceof Read.Found found) {
      decide(now, found.node(), reads.get(1));
    }
    // Unavailable: the next connect asks again.
  }

  private void decide(Live now, Node count, Read holding) {
    long base;
    try {
      base = Specs.COUNTER.decode(count.data());
    } catch (UnreadableException e) {
      fail(new LockException(
          Kind.UNAVAILABLE,
          counter + " cannot be read: " + e.getMessage() + "; repair it by hand"));
      return;
    }
    long token = base + count.stat().version();
    if (holding instanceof Read.Found found) {
      if (found.node().stat().ephemeralOwner() != now.session.id()) {
        leftover = false;
        await(now);
      } else if (token > spent && now.lease().term().holds()) {
        acquired(now, token);
      } else if (token <= spent) {
        remove(now);
      } else {
        // Taken with an unknown outcome, and nothing heard since: a probe is on its way.
        lookLater();
      }
    } else if (holding instanceof Read.Absent) {
      leftover = false;
      take(now, count, base);
    }
    checkIdle();
  }

  private LockException denied() {
    return new LockException(
        Kind.DENIED,
        "lock " + name + ": this identity may not take it; use a participant's or the"
            + " administrator's");
  }

  private void create(Live now) {
    busy = true;
    now.session.children(section, children -> {
      if (live != now) {
        return;
      }
      busy = false;
      if (children instanceof Children.Found names) {
        if (names.names().size() >= MAX_NAMES) {
          fail(new LockException(
              Kind.UNAVAILABLE,
              "lock " + name + ": there are " + MAX_NAMES + " already; use some of those"));
        } else {
          send(now, ImmutableList.of(node(counter, Specs.COUNTER.encode(0L), false)), commit -> {});
        }
      } else if (children instanceof Children.Absent) {
        fail(new LockException(
            Kind.UNAVAILABLE, "cluster " + paths.cluster() + " does not exist; create it first"));
      } else if (children instanceof Children.Denied) {
        fail(denied());
      }
      checkIdle();
    });
  }

  private Op node(String path, byte[] data, boolean ephemeral) {
    return new Op.Create(
        path,
        data,
        ephemeral ? Op.CreateMode.EPHEMERAL : Op.CreateMode.PERSISTENT,
        access.acl(paths, path));
  }

  private void take(Live now, Node count, long base) {
    if (waiters.isEmpty()) {
      return;
    }
    int version = count.stat().version();
    List<Op> ops;
    long token;
    if (version < maxVersion) {
      token = base + version + 1;
      ops = ImmutableList.of(node(holder, owner, true), new Op.Set(counter, count.data(), version));
    } else {
      token = base + version + 1;
      ops = ImmutableList.of(
          new Op.Delete(counter, version),
          node(counter, Specs.COUNTER.encode(token), false),
          node(holder, owner, true));
    }
    long sentAt = loop.nanoTime();
    send(now, ops, commit -> {
      if (commit instanceof Commit.Applied) {
        now.lease().heard(sentAt);
        acquired(now, token);
      }
    });
  }

  /** Sends a write; whatever comes of it, the lock is looked at again if it is not held then. */
  private void send(Live now, List<Op> ops, Consumer<Commit> then) {
    busy = true;
    now.session.commit(ops, commit -> {
      if (live != now) {
        return;
      }
      busy = false;
      if (commit instanceof Commit.Refused refused && refused.why() == Commit.Why.NO_AUTH) {
        fail(denied());
        return;
      }
      then.accept(commit);
      if (!(commit instanceof Commit.Unknown)) {
        work();
      }
      checkIdle();
    });
  }

  private void remove(Live now) {
    send(now, ImmutableList.of(new Op.Delete(holder, Op.ANY_VERSION)), commit -> {
      if (commit instanceof Commit.Applied) {
        leftover = false;
      }
    });
  }

  private void acquired(Live now, long token) {
    spent = token;
    if (!now.lease().term().holds()) {
      leftover = true;
      return;
    }
    while (!waiters.isEmpty()) {
      Waiter waiter = waiters.remove();
      waiter.timeout().cancel();
      HeldLock lock =
          new HeldLock(name, token, now.lease().term(), () -> loop.execute(() -> release(token)));
      held = lock;
      if (waiter.result().complete(lock)) {
        return;
      }
      held = null;
    }
    leftover = true;
    work();
  }

  private void release(long token) {
    if (held != null && spent == token) {
      giveUp();
    }
  }

  /** Somebody else holds it: the watch tells of the end. */
  private void await(Live now) {
    if (!watching && !waiters.isEmpty()) {
      watching = true;
      StoreSession session = now.session;
      session.watch(
          holder,
          event -> {
            if (live == now) {
              work();
            }
          },
          ok -> {
            if (live == now) {
              watching = ok;
              // It may have been released before the watch was in force.
              work();
            }
          });
    }
    lookLater();
  }

  private void lookLater() {
    look.cancel();
    look = loop.schedule(LOOK_EVERY, this::work);
  }
}
