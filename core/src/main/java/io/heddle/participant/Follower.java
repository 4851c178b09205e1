// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.TreeCache;
import io.heddle.schema.TreeRoot;
import io.heddle.store.StoreSession;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Refreshes a cache whenever it is worth it. Confined to its loop. */
final class Follower {
  private final Loop loop;
  private final TreeCache cache;
  private final TreeSet<String> changed = new TreeSet<>();
  private Consumer<ImmutableSortedSet<String>> onFresh = paths -> {};
  private boolean refreshing;
  private boolean queued;
  private boolean closed;
  private long asked;
  private long done;

  Follower(StoreSession session, Loop loop, List<TreeRoot> roots) {
    this.loop = loop;
    this.cache = new TreeCache(
        session,
        roots,
        new TreeCache.Listener() {
          @Override
          public void changed(CachedNode node) {
            changed.add(node.path());
          }

          @Override
          public void removed(String path) {
            changed.add(path);
          }
        },
        this::poke);
  }

  TreeCache cache() {
    return cache;
  }

  /** Who is told, after each refresh that succeeded, which paths differ. */
  void onFresh(Consumer<ImmutableSortedSet<String>> listener) {
    onFresh = listener;
  }

  /**
   * Asks for everything to be compared again.
   *
   * @return a ticket for {@link #hasCaughtUp}
   */
  long catchUp() {
    asked++;
    cache.catchUp();
    return asked;
  }

  /** Whether a comparison that was begun after the ticket was given has ended. */
  boolean hasCaughtUp(long ticket) {
    return done >= ticket;
  }

  /** Refreshes, if that would read something. */
  void poke() {
    if (!queued && !refreshing && !closed) {
      queued = true;
      loop.execute(this::refresh);
    }
  }

  private void refresh() {
    queued = false;
    if (closed || refreshing || !cache.isDirty()) {
      return;
    }
    refreshing = true;
    long ticket = asked;
    cache.refresh(ok -> {
      refreshing = false;
      if (closed || !ok) {
        // After a lost connection the next reconnect, or the next probe, asks again.
        return;
      }
      done = ticket;
      ImmutableSortedSet<String> paths = ImmutableSortedSet.copyOf(changed);
      changed.clear();
      onFresh.accept(paths);
      if (!closed && done < asked) {
        // Asked for while the cache was on its way to the listing, which took the mark away.
        cache.catchUp();
      }
      if (cache.isDirty()) {
        poke();
      }
    });
  }

  void close() {
    closed = true;
  }
}
