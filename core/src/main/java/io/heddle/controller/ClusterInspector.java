// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableList;
import io.heddle.runtime.Loop;
import io.heddle.runtime.LoopFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Json;
import io.heddle.schema.Specs;
import io.heddle.schema.TreeCache;
import io.heddle.schema.TreeRoot;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Credential;
import io.heddle.store.Node;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Looks at a cluster, and changes nothing: takes images of it, to be planned from. Each image has a
 * session of its own. Thread-safe; everything runs on one thread of its own.
 */
public final class ClusterInspector implements AutoCloseable {
  /** How often an image is begun again because something changed while it was taken. */
  private static final int ATTEMPTS = 20;

  private final ClusterPaths paths;
  private final Store store;
  private final Loop loop;
  private final SessionOptions options;
  private final Duration timeout;
  private final List<Taking> running = new ArrayList<>();
  private boolean closed;

  private ClusterInspector(Builder builder) {
    this.paths = builder.paths;
    this.store = builder.store;
    this.options = new SessionOptions(builder.sessionTimeout, builder.credentials);
    this.timeout = builder.timeout;
    this.loop = builder.loops.newLoop("heddle-" + paths.cluster() + "-inspector");
  }

  /**
   * Starts an inspector.
   *
   * @param store where the cluster is kept; not owned
   * @param cluster the cluster's name
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(Store store, String cluster) {
    return new Builder(store, new ClusterPaths(cluster));
  }

  /**
   * Takes an image. If something changes meanwhile, it is brought up to date, up to 20 times: what
   * it shows is of one moment unless the cluster never rests.
   *
   * @return completes on the inspector's thread: do not block there. Fails with an
   *     {@link InspectionException} if there is no such cluster, if it may not be read by this
   *     identity or this version, or if there is no image within the time-out
   */
  public CompletionStage<ClusterImage> image() {
    CompletableFuture<ClusterImage> image = new CompletableFuture<>();
    loop.execute(() -> {
      if (closed) {
        image.completeExceptionally(failure("the inspector is closed"));
      } else {
        running.add(new Taking(image));
      }
    });
    return image.minimalCompletionStage();
  }

  private InspectionException failure(String why) {
    return new InspectionException("cluster " + paths.cluster() + ": " + why);
  }

  /** Ends what runs; its futures fail. */
  @Override
  public void close() {
    loop.execute(() -> {
      if (!closed) {
        closed = true;
        ImmutableList.copyOf(running).forEach(taking -> taking.fail("the inspector was closed"));
        loop.close();
      }
    });
  }

  /** One image being taken. Confined to the loop. */
  private final class Taking implements TreeCache.Listener {
    private final CompletableFuture<ClusterImage> image;
    private final StoreSession session;
    private final TreeCache cache;
    private final ImmutableList<TreeRoot> roots;
    private final Loop.Timer deadline;
    private String state = "the store cannot be reached";
    private int attempts;
    private boolean refreshing;
    private boolean over;

    Taking(CompletableFuture<ClusterImage> image) {
      this.image = image;
      this.roots = ClusterState.roots(paths).stream()
          .map(root -> new TreeRoot(
              root.path(), root.firstLevel(), root.lastLevel(), TreeRoot.Following.WATCHED))
          .collect(ImmutableList.toImmutableList());
      this.session = store.open(options, loop, this::on);
      this.cache = new TreeCache(session, roots, this, () -> {});
      this.deadline =
          loop.schedule(timeout, () -> fail("no image within " + timeout + ": " + state));
    }

    private void on(SessionEvent event) {
      if (over) {
        return;
      }
      switch (event) {
        case CONNECTED -> {
          state = "it is being read";
          cache.catchUp();
          session.read(paths.meta(), this::check);
        }
        case DISCONNECTED -> state = "the connection is lost";
        case EXPIRED -> fail("the session is over before the image is taken");
        case AUTH_FAILED ->
          fail("the store does not accept the credentials; check user and password");
      }
    }

    private void check(Read read) {
      if (over || read instanceof Read.Unavailable) {
        // The connection's return asks again.
        return;
      }
      if (read instanceof Read.Absent) {
        fail("there is no such cluster");
      } else if (read instanceof Read.Denied) {
        fail("this identity may not read " + paths.meta());
      } else if (read instanceof Read.Found found) {
        check(found.node());
      }
    }

    private void check(Node meta) {
      int least;
      try {
        least = Specs.META.decode(meta.data()).minReader();
      } catch (UnreadableException e) {
        fail(meta.path() + " cannot be read: " + e.getMessage());
        return;
      }
      if (least > Json.FORMAT) {
        fail("may only be read by versions that know format " + least + "; this one knows "
            + Json.FORMAT);
        return;
      }
      refresh();
    }

    private void refresh() {
      if (!over && !refreshing) {
        refreshing = true;
        cache.refresh(this::refreshed);
      }
    }

    private void refreshed(boolean ok) {
      refreshing = false;
      if (!ok || over) {
        return;
      }
      attempts++;
      if (cache.isDirty() && attempts < ATTEMPTS) {
        refresh();
      } else {
        session.read(paths.epoch(), this::finish);
      }
    }

    private void finish(Read read) {
      if (over || read instanceof Read.Unavailable) {
        return;
      }
      if (cache.isDirty() && attempts < ATTEMPTS) {
        // A last change came before the answer.
        refresh();
        return;
      }
      if (!(read instanceof Read.Found epoch)) {
        fail("this identity may not read " + paths.epoch() + ", or it is not there");
        return;
      }
      long number;
      try {
        number =
            Specs.EPOCH.decode(epoch.node().data()).base() + epoch.node().stat().version();
      } catch (UnreadableException e) {
        fail(paths.epoch() + " cannot be read: " + e.getMessage());
        return;
      }
      succeed(new ClusterImage(paths, loop.wallMillis(), number, documents(), cache.denied()));
    }

    private List<Node> documents() {
      List<Node> documents = new ArrayList<>();
      for (TreeRoot root : roots) {
        List<String> all = new ArrayList<>(cache.below(root.path()));
        all.add(root.path());
        for (String path : all) {
          if (ClusterState.isDocument(paths.parts(path))) {
            cache
                .get(path)
                .ifPresent(node -> documents.add(new Node(path, node.data(), node.stat())));
          }
        }
      }
      return documents;
    }

    private void succeed(ClusterImage taken) {
      end();
      image.complete(taken);
    }

    private void fail(String why) {
      end();
      image.completeExceptionally(failure(why));
    }

    private void end() {
      over = true;
      running.remove(this);
      deadline.cancel();
      session.close();
    }

    /** All is taken at the end. */
    @Override
    public void changed(CachedNode node) {}

    /** All is taken at the end. */
    @Override
    public void removed(String path) {}
  }

  /** Collects what an inspector needs. */
  public static final class Builder {
    private final Store store;
    private final ClusterPaths paths;
    private LoopFactory loops = ThreadLoop::new;
    private List<Credential> credentials = List.of();
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private Duration timeout = Duration.ofSeconds(30);

    private Builder(Store store, ClusterPaths paths) {
      this.store = store;
      this.paths = paths;
    }

    /** Proves that this process may read the cluster; none unless set. */
    public Builder credential(Credential own) {
      this.credentials = List.of(own);
      return this;
    }

    /** How long an image may take; 30 s unless set. */
    public Builder timeout(Duration timeout) {
      if (timeout.isZero() || timeout.isNegative()) {
        throw new IllegalArgumentException("the time-out must be above zero, not " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /** Where its loop comes from; a thread of its own unless set. */
    public Builder loops(LoopFactory loops) {
      this.loops = loops;
      return this;
    }

    /** The inspector. */
    public ClusterInspector build() {
      return new ClusterInspector(this);
    }
  }
}
