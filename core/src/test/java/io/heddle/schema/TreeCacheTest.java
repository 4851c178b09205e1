// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.Stat;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told, in which order, of what happens between a read and its answer. */
class TreeCacheTest {
  private static final String LIVE = "/c/live/a/s";
  private static final String OUTCOME = "/c/outcomes/a/b";

  private final Held session = new Held();
  private final List<String> told = new ArrayList<>();
  private final TreeCache cache = new TreeCache(
      session,
      List.of(TreeRoot.watched("/c/live", 2), TreeRoot.watched("/c/outcomes", 2)),
      new TreeCache.Listener() {
        @Override
        public void changed(CachedNode node) {
          told.add(node.path() + "=" + new String(node.data(), StandardCharsets.UTF_8));
        }

        @Override
        public void removed(String path) {
          told.add(path + " gone");
        }
      },
      () -> {});

  /** A session whose reads of many znodes are answered when the test says so. */
  private static final class Held implements StoreSession {
    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final Map<String, Consumer<WatchEvent>> watches = new HashMap<>();
    private final List<String> denied = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private boolean holding;
    private long zxid;

    void put(String path, String data) {
      zxid++;
      Node before = nodes.get(path);
      long czxid = before == null ? zxid : before.stat().czxid();
      nodes.put(
          path, new Node(path, data.getBytes(StandardCharsets.UTF_8), new Stat(czxid, zxid, 0, 0)));
      event(path);
    }

    void delete(String path) {
      zxid++;
      nodes.remove(path);
      event(path);
    }

    private void event(String path) {
      watches.forEach((root, events) -> {
        if (path.startsWith(root + "/")) {
          events.accept(new WatchEvent(path, zxid));
        }
      });
    }

    @Override
    public void commit(List<Op> ops, Consumer<Commit> answer) {
      throw new AssertionError("a cache writes nothing");
    }

    @Override
    public void read(String path, Consumer<Read> answer) {
      readAll(List.of(path), reads -> answer.accept(reads.get(0)));
    }

    @Override
    public void readAll(List<String> paths, Consumer<List<Read>> answer) {
      Runnable told = () -> answer.accept(paths.stream().map(this::look).toList());
      if (holding) {
        answers.add(told);
      } else {
        told.run();
      }
    }

    private Read look(String path) {
      if (denied.contains(path)) {
        return new Read.Denied(path);
      }
      Node node = nodes.get(path);
      return node == null ? new Read.Absent(path) : new Read.Found(node);
    }

    @Override
    public void children(String path, Consumer<Children> answer) {
      ImmutableList<String> names = nodes.keySet().stream()
          .filter(other -> other.startsWith(path + "/"))
          .map(other -> other.substring(path.length() + 1).split("/", 2)[0])
          .distinct()
          .collect(ImmutableList.toImmutableList());
      answer.accept(denied.contains(path) ? new Children.Denied() : new Children.Found(names));
    }

    @Override
    public void sync(Consumer<Boolean> answer) {
      answer.accept(true);
    }

    @Override
    public void watch(String path, Consumer<WatchEvent> events, Consumer<Boolean> answer) {
      watches.put(path, events);
      answer.accept(true);
    }

    @Override
    public long id() {
      return 1;
    }

    @Override
    public Duration timeout() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void load() {
    session.put(LIVE, "n=1");
    session.put(OUTCOME, "running");
    refresh();
    told.clear();
  }

  private void refresh() {
    cache.refresh(ok -> told.add(ok ? "done" : "failed"));
  }

  @Test
  void lastWordsAreToldWithTheLossThoughTheyCameWhileItWasRead() {
    session.holding = true;
    session.put(LIVE, "n=1, leaving");
    refresh();
    session.put(OUTCOME, "completed");
    session.delete(LIVE);

    session.answers.remove(0).run();
    assertThat(told).isEmpty();
    session.answers.remove(0).run();

    assertThat(told).containsExactly(LIVE + " gone", OUTCOME + "=completed", "done");
  }

  @Test
  void whatChangesWhileOthersChangeWaitsForTheNextRefresh() {
    session.holding = true;
    session.put(OUTCOME, "completed");
    refresh();
    session.put(LIVE, "n=2");

    session.answers.remove(0).run();

    assertThat(told).containsExactly(OUTCOME + "=completed", "done");
    assertThat(cache.isDirty()).isTrue();
  }

  @Test
  void whatMayNotBeReadIsNotGone() {
    session.denied.add(LIVE);
    session.put(LIVE, "n=1, changed");
    refresh();
    cache.catchUp();
    refresh();
    session.denied.add("/c/outcomes/a");
    cache.catchUp();
    refresh();

    assertThat(told).containsOnly("done");
    assertThat(cache.denied()).containsExactly(LIVE, "/c/outcomes/a");
    assertThat(cache.get(LIVE)).isPresent();
    assertThat(cache.get(OUTCOME)).isPresent();
  }

  @Test
  void whatMayBeReadAgainIsNotDeniedAnyMore() {
    session.denied.add(LIVE);
    session.put(LIVE, "n=1, changed");
    refresh();
    assertThat(cache.denied()).containsExactly(LIVE);
    session.denied.clear();

    cache.catchUp();
    refresh();

    assertThat(cache.denied()).isEmpty();
  }

  @Test
  void catchingUpFindsWhatWasMissed() {
    session.watches.clear();
    session.put(OUTCOME, "completed");
    session.delete(LIVE);

    cache.catchUp();
    refresh();

    assertThat(told).containsExactly(LIVE + " gone", OUTCOME + "=completed", "done");
  }
}
