// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One incarnation of a node in {@link RegisterCluster}: it writes tokens to registers by
 * compare-and-set, resolves what has an unknown outcome, and keeps a view of all registers by a
 * watch. Confined to its loop.
 */
final class RegisterNode {
  private static final Duration THINKING = Duration.ofMillis(150);

  private final String name;
  private final MemoryStore store;
  private final SimLoop loop;
  private final SessionOptions options;
  private final RegisterHistory history;
  private final SimRandom random;
  private final Map<String, Node> view = new TreeMap<>();
  private StoreSession session;
  private int sessions;
  private int tokens;
  private boolean watching;

  RegisterNode(
      String name,
      MemoryStore store,
      SimLoop loop,
      SessionOptions options,
      RegisterHistory history,
      SimRandom random) {
    this.name = name;
    this.store = store;
    this.loop = loop;
    this.options = options;
    this.history = history;
    this.random = random;
    this.session = openSession();
  }

  private StoreSession openSession() {
    sessions++;
    int number = sessions;
    watching = false;
    return store.open(options, loop, event -> {
      if (number == sessions) {
        onEvent(event);
      }
    });
  }

  private void onEvent(SessionEvent event) {
    switch (event) {
      case CONNECTED -> {
        if (watching) {
          readEverything();
        } else {
          begin();
        }
      }
      case DISCONNECTED -> {}
      case EXPIRED -> session = openSession();
      case AUTH_FAILED -> throw new IllegalStateException(name + " has no credentials");
    }
  }

  private void begin() {
    StoreSession mine = session;
    Op live = new Op.Create("/live/" + name, bytes(""), CreateMode.EPHEMERAL, List.of());
    mine.commit(List.of(live), answer -> {});
    mine.watch("/registers", event -> read(event.path()), done -> {
      watching = done;
      if (done) {
        readEverything();
        think(mine);
      } else if (mine == session) {
        loop.schedule(THINKING, () -> {
          if (mine == session && !watching) {
            begin();
          }
        });
      }
    });
  }

  private void readEverything() {
    session.readAll(RegisterCluster.REGISTERS, reads -> reads.forEach(this::see));
  }

  private void read(String path) {
    session.read(path, this::see);
  }

  private void see(Read read) {
    if (read instanceof Read.Found found) {
      Node node = found.node();
      Node before = view.put(node.path(), node);
      if (before != null && before.stat().mzxid() > node.stat().mzxid()) {
        throw new AssertionError(name + " saw time go back: " + before + ", then " + node);
      }
    }
  }

  // ---- writing ----

  private void think(StoreSession mine) {
    loop.schedule(random.between(Duration.ZERO, THINKING.multipliedBy(2)), () -> {
      if (mine == session) {
        write(mine);
      }
    });
  }

  private void write(StoreSession mine) {
    Node seen = view.get(random.pick(RegisterCluster.REGISTERS));
    if (seen == null) {
      readEverything();
      think(mine);
      return;
    }
    tokens++;
    String token = RegisterHistory.token(name, tokens, seen.stat().mzxid());
    Op set = new Op.Set(seen.path(), bytes(token), seen.stat().version());
    mine.commit(List.of(set), answer -> {
      if (answer instanceof Commit.Applied applied) {
        history.wasTold(token, applied.zxid());
        think(mine);
      } else if (answer instanceof Commit.Refused) {
        history.wasToldRefused(token);
        read(seen.path());
        think(mine);
      } else {
        resolve(mine, token, seen);
      }
    });
  }

  /** Finds out by sync and read; what another has overwritten meanwhile stays unknown. */
  private void resolve(StoreSession mine, String token, Node seen) {
    mine.sync(done -> {});
    mine.read(seen.path(), read -> {
      if (read instanceof Read.Found found) {
        Node now = found.node();
        see(read);
        if (text(now).equals(token)) {
          history.wasTold(token, now.stat().mzxid());
        } else if (now.stat().mzxid() == seen.stat().mzxid()) {
          history.wasToldRefused(token);
        }
        think(mine);
      } else if (mine == session) {
        loop.schedule(THINKING, () -> {
          if (mine == session) {
            resolve(mine, token, seen);
          }
        });
      }
    });
  }

  /** What it believes each register to hold. */
  Map<String, String> view() {
    Map<String, String> texts = new TreeMap<>();
    view.forEach((path, node) -> texts.put(path, text(node)));
    return texts;
  }

  static String text(Node node) {
    return new String(node.data(), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
