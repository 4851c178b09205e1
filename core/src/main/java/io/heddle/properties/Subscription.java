// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import io.heddle.client.ClientException;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeCache;
import io.heddle.schema.TreeRoot;
import io.heddle.store.Node;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener, and what it was told. Confined to the client's loop.
 *
 * <p>Level-triggered: after each refresh what is there is compared with what was told, by revision.
 * So neither a lost event nor another session changes what the listener comes to know.
 */
final class Subscription<T> {
  private static final Logger log = LoggerFactory.getLogger(Subscription.class);

  /** Before a refresh that failed is repeated. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ClusterPaths paths;
  private final Loop loop;
  private final PropertyPath path;
  private final PropertyType<T> type;
  private final PropertyListener<T> listener;

  /** By znode the revision that was told; only of what exists. */
  private final TreeMap<String, Long> told = new TreeMap<>();

  private @Nullable Following following;
  private boolean connected;
  private boolean closed;

  Subscription(
      ClusterPaths paths,
      Loop loop,
      PropertyPath path,
      PropertyType<T> type,
      PropertyListener<T> listener) {
    this.paths = paths;
    this.loop = loop;
    this.path = path;
    this.type = type;
    this.listener = listener;
  }

  void connected(StoreSession session) {
    connected = true;
    if (following == null || following.session != session.id()) {
      following = new Following(session);
    }
    following.cache.catchUp();
  }

  void cutOff() {
    connected = false;
  }

  void catchUp() {
    if (connected && following != null) {
      following.cache.catchUp();
    }
  }

  void close() {
    closed = true;
  }

  /** What is followed in one session. */
  private final class Following implements TreeCache.Listener {
    private final long session;
    private final TreeCache cache;
    private final TreeMap<String, CachedNode> nodes = new TreeMap<>();
    private boolean refreshing;
    private boolean waiting;

    Following(StoreSession session) {
      this.session = session.id();
      int levels = PropertyPath.MAX_DEPTH - path.parts().size();
      this.cache = new TreeCache(
          session,
          List.of(new TreeRoot(path.znode(paths), 0, levels, TreeRoot.Following.WATCHED)),
          this,
          this::refresh);
    }

    private boolean isOver() {
      return closed || !connected || following == null || following.session != session;
    }

    private void refresh() {
      if (isOver() || refreshing || waiting || !cache.isDirty()) {
        return;
      }
      refreshing = true;
      cache.refresh(ok -> {
        refreshing = false;
        if (isOver()) {
          return;
        }
        if (ok) {
          compare(nodes);
          refresh();
          return;
        }
        waiting = true;
        Loop.Timer unused = loop.schedule(PAUSE, () -> {
          waiting = false;
          if (!isOver()) {
            cache.catchUp();
          }
        });
      });
    }

    @Override
    public void changed(CachedNode node) {
      nodes.put(node.path(), node);
    }

    @Override
    public void removed(String znode) {
      nodes.remove(znode);
    }
  }

  private void compare(Map<String, CachedNode> nodes) {
    TreeSet<String> all = new TreeSet<>(told.keySet());
    all.addAll(nodes.keySet());
    for (String znode : all) {
      Optional<Property<T>> now = Optional.ofNullable(nodes.get(znode)).flatMap(this::read);
      @Nullable Long before = now.isPresent() ? told.put(znode, now.get().revision()) : told.remove(znode);
      boolean same =
          now.isPresent() ? before != null && before == now.get().revision() : before == null;
      if (!same && !closed) {
        tell(path.at(paths, znode), now);
      }
    }
  }

  private Optional<Property<T>> read(CachedNode node) {
    try {
      return PropertyCalls.property(
          path.at(paths, node.path()), new Node(node.path(), node.data(), node.stat()), type);
    } catch (ClientException e) {
      log.warn("A listener is not told: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void tell(PropertyPath which, Optional<Property<T>> now) {
    try {
      listener.changed(which, now);
    } catch (RuntimeException | Error e) {
      // The user's code: it must harm neither the other listeners nor the store.
      log.error("A listener failed on a change of {}", which, e);
    }
  }
}
