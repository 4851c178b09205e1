// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.store.Children;
import io.heddle.store.Node;
import io.heddle.store.Read;
import io.heddle.store.Stat;
import io.heddle.store.StoreSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some subtrees of one session, kept current by persistent watches, by catching up after each
 * reconnect, and by what the owner itself writes. Confined to the session's loop.
 *
 * <p>Level-triggered: a watch event only marks its path; {@link #refresh} reads what is marked, all
 * of it before any of it is told. Roots are read in the order in which they were given, so that an
 * owner who puts {@code live} before {@code outcomes} sees, with an incarnation gone, all that it
 * wrote (rule R9). Persistent watches lose the events of a disconnection: after each reconnect
 * everything is listed again and compared by mzxid, since versions restart (rule R11).
 */
public final class TreeCache {
  private static final Logger log = LoggerFactory.getLogger(TreeCache.class);

  private final StoreSession session;
  private final ImmutableList<TreeRoot> roots;
  private final Listener listener;
  private final Runnable onDirty;
  private final TreeMap<String, CachedNode> nodes = new TreeMap<>();
  private final Set<String> dirty = new HashSet<>();
  private final TreeSet<String> denied = new TreeSet<>();
  private boolean watching;
  private boolean complete;
  private boolean refreshing;

  /** Told of each change while {@link #refresh} runs, or when the owner writes. */
  public interface Listener {
    /** A znode is there, or is different. */
    void changed(CachedNode node);

    /** A znode is gone. */
    void removed(String path);
  }

  /**
   * A cache that has read nothing yet.
   *
   * @param session whose watches and reads are used; not owned
   * @param roots what to follow, in the order in which it is to be read
   * @param listener told of changes
   * @param onDirty told, any number of times, that a refresh would read something
   */
  public TreeCache(
      StoreSession session, List<TreeRoot> roots, Listener listener, Runnable onDirty) {
    this.session = session;
    this.roots = ImmutableList.copyOf(roots);
    this.listener = listener;
    this.onDirty = onDirty;
  }

  /** Whether a refresh would read something. */
  public boolean isDirty() {
    return !complete || !dirty.isEmpty();
  }

  /**
   * To be called after each reconnect, and now and then to be safe: everything is compared again.
   */
  public void catchUp() {
    complete = false;
    onDirty.run();
  }

  /** The znode at a path, if it is there. */
  public Optional<CachedNode> get(String path) {
    return Optional.ofNullable(nodes.get(path));
  }

  /**
   * What may not be read as of the last refresh, or of a parent, may not be listed: what was known
   * there stays, and what was not may be anything.
   */
  public ImmutableSortedSet<String> denied() {
    return ImmutableSortedSet.copyOf(denied);
  }

  /** The paths of all znodes below a path, sorted. */
  public ImmutableList<String> below(String path) {
    // '0' follows '/' in the order of characters.
    return ImmutableList.copyOf(nodes.subMap(path + "/", path + "0").keySet());
  }

  /** The owner wrote a znode. */
  public void written(String path, byte[] data, Stat stat, Object document) {
    put(new CachedNode(new Node(path, data, stat), document));
  }

  /** The owner deleted a znode, or learned that it is gone. */
  public void deleted(String path) {
    if (nodes.remove(path) != null) {
      listener.removed(path);
    }
  }

  /** Marks a path to be read again, such as after a write that was refused there. */
  public void invalidate(String path) {
    dirty.add(path);
    onDirty.run();
  }

  /**
   * Brings the cache up to date. Only one refresh runs at a time.
   *
   * @param done told whether it succeeded; if not, the connection was lost: refresh again after
   *     {@link #catchUp}
   */
  public void refresh(Consumer<Boolean> done) {
    if (refreshing) {
      throw new IllegalStateException("a refresh is running");
    }
    refreshing = true;
    Consumer<Boolean> end = ok -> {
      refreshing = false;
      done.accept(ok);
    };
    if (!complete) {
      session.sync(ok -> next(ok, end, () -> watchAll(end)));
    } else {
      readDirty(end);
    }
  }

  private static void next(boolean ok, Consumer<Boolean> end, Runnable then) {
    if (ok) {
      then.run();
    } else {
      end.accept(false);
    }
  }

  private void watchAll(Consumer<Boolean> end) {
    if (watching) {
      load(end);
      return;
    }
    watch(0, end);
  }

  private void watch(int index, Consumer<Boolean> end) {
    if (index == roots.size()) {
      watching = true;
      load(end);
      return;
    }
    TreeRoot root = roots.get(index);
    if (root.following() == TreeRoot.Following.OWNED) {
      watch(index + 1, end);
      return;
    }
    session.watch(
        root.path(),
        event -> onEvent(root, event.path(), event.zxid()),
        ok -> next(ok, end, () -> watch(index + 1, end)));
  }

  private void onEvent(TreeRoot root, String path, long zxid) {
    if (!root.covers(path)) {
      return;
    }
    @Nullable CachedNode known = nodes.get(path);
    // An event of what the owner itself wrote, or of what was read meanwhile, tells nothing new.
    if (known == null || zxid < 0 || known.stat().mzxid() < zxid) {
      dirty.add(path);
      onDirty.run();
    }
  }

  private void load(Consumer<Boolean> end) {
    // What is marked now is read by the listing; what is marked from here on is read next time.
    complete = true;
    dirty.clear();
    denied.clear();
    load(0, new HashMap<>(), end);
  }

  private void load(int index, Map<String, Node> found, Consumer<Boolean> end) {
    if (index == roots.size()) {
      replaceAll(found);
      end.accept(true);
      return;
    }
    TreeRoot root = roots.get(index);
    new Listing(root, found, ok -> loaded(ok, index, found, end)).level(0, List.of(root.path()));
  }

  private void loaded(boolean ok, int index, Map<String, Node> found, Consumer<Boolean> end) {
    if (!ok) {
      complete = false;
    }
    next(ok, end, () -> load(index + 1, found, end));
  }

  private void replaceAll(Map<String, Node> found) {
    for (String path : ImmutableList.copyOf(nodes.keySet())) {
      if (!found.containsKey(path)) {
        deleted(path);
      }
    }
    for (TreeRoot root : roots) {
      found.keySet().stream()
          .filter(root::covers)
          .sorted()
          .forEach(path -> apply(java.util.Objects.requireNonNull(found.get(path))));
    }
  }

  private void readDirty(Consumer<Boolean> end) {
    readDirty(new TreeMap<>(), end);
  }

  /**
   * Reads what is marked. Where something turns out to be gone, what was marked meanwhile is read
   * too before anything is told: its events came before the answer that showed the loss, and may be
   * the last words of who is gone (rule R9).
   */
  private void readDirty(Map<String, Read> answers, Consumer<Boolean> end) {
    List<String> paths = new ArrayList<>(dirty);
    dirty.clear();
    if (paths.isEmpty()) {
      tell(answers, end);
      return;
    }
    paths.sort(inOrder());
    session.readAll(paths, reads -> {
      if (reads.stream().anyMatch(read -> read instanceof Read.Unavailable)) {
        complete = false;
        end.accept(false);
        return;
      }
      boolean loss = false;
      for (Read read : reads) {
        loss |= read instanceof Read.Absent && nodes.containsKey(read.path());
        answers.put(read.path(), read);
      }
      if (loss && !dirty.isEmpty()) {
        readDirty(answers, end);
      } else {
        tell(answers, end);
      }
    });
  }

  private void tell(Map<String, Read> answers, Consumer<Boolean> end) {
    answers.keySet().stream()
        .sorted(inOrder())
        .forEach(path -> apply(java.util.Objects.requireNonNull(answers.get(path))));
    end.accept(true);
  }

  private Comparator<String> inOrder() {
    return Comparator.comparingInt(this::order).thenComparing(path -> path);
  }

  private int order(String path) {
    for (int i = 0; i < roots.size(); i++) {
      if (roots.get(i).level(path) >= 0) {
        return i;
      }
    }
    return roots.size();
  }

  private void apply(Read read) {
    if (read instanceof Read.Found found) {
      denied.remove(read.path());
      apply(found.node());
    } else if (read instanceof Read.Absent) {
      denied.remove(read.path());
      deleted(read.path());
    } else {
      denied(read.path());
    }
  }

  /** What may not be read is not gone: what is known of it stays. */
  private void denied(String path) {
    denied.add(path);
    log.warn("{} may not be read; what is known of it stays as it is", path);
  }

  private void apply(Node node) {
    @Nullable CachedNode known = nodes.get(node.path());
    if (known == null
        || known.stat().mzxid() < node.stat().mzxid()
        || known.stat().czxid() != node.stat().czxid()) {
      put(new CachedNode(node));
    }
  }

  private void put(CachedNode node) {
    nodes.put(node.path(), node);
    listener.changed(node);
  }

  /** Lists one root, level by level, each level pipelined. */
  private final class Listing {
    private final TreeRoot root;
    private final Map<String, Node> found;
    private final Consumer<Boolean> done;

    Listing(TreeRoot root, Map<String, Node> found, Consumer<Boolean> done) {
      this.root = root;
      this.found = found;
      this.done = done;
    }

    void level(int level, List<String> paths) {
      if (level > root.lastLevel() || paths.isEmpty()) {
        done.accept(true);
      } else if (level >= root.firstLevel()) {
        session.readAll(paths, reads -> read(level, paths, reads));
      } else {
        descend(level, paths);
      }
    }

    private void read(int level, List<String> paths, List<Read> reads) {
      for (Read read : reads) {
        if (read instanceof Read.Unavailable) {
          done.accept(false);
          return;
        }
        if (read instanceof Read.Found f) {
          found.put(f.path(), f.node());
        } else if (read instanceof Read.Denied) {
          keep(read.path());
        }
      }
      descend(level, paths);
    }

    private void keep(String path) {
      denied(path);
      get(path).ifPresent(known -> found.put(path, known.node()));
    }

    private void keepBelow(String path) {
      denied(path);
      below(path)
          .forEach(known -> found.put(
              known, java.util.Objects.requireNonNull(nodes.get(known)).node()));
    }

    private void descend(int level, List<String> paths) {
      if (level == root.lastLevel()) {
        done.accept(true);
        return;
      }
      List<String> next = new ArrayList<>();
      int[] missing = {paths.size()};
      boolean[] failed = {false};
      for (String path : paths) {
        session.children(path, children -> {
          if (children instanceof Children.Found names) {
            names.names().forEach(name -> next.add(path + "/" + name));
          } else if (children instanceof Children.Unavailable) {
            failed[0] = true;
          } else if (children instanceof Children.Denied) {
            keepBelow(path);
          }
          if (--missing[0] == 0) {
            if (failed[0]) {
              done.accept(false);
            } else {
              level(level + 1, next);
            }
          }
        });
      }
    }
  }
}
