// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.harness.RawClient;
import io.heddle.harness.Waiting;
import io.heddle.pipeline.Decision;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeCache;
import io.heddle.schema.TreeRoot;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** A committer with its cache on a store, for cluster {@code c} in epoch 1. */
final class CommitterRig implements AutoCloseable {
  static final ClusterPaths PATHS = new ClusterPaths("c");

  private final ThreadLoop loop = new ThreadLoop("committer-test");
  private final Parts parts;
  final List<Decision> performed = Collections.synchronizedList(new ArrayList<>());
  final List<Rendering.Refusal> refused = Collections.synchronizedList(new ArrayList<>());

  /** Makes what renders decisions. */
  interface RendererFactory {
    BiConsumer<Decision, WriteBatch> of(TreeCache cache, ClusterState state);
  }

  /** What lives on the loop. */
  private record Parts(StoreSession session, TreeCache cache, Committer committer) {}

  CommitterRig(Store store, RawClient other, List<TreeRoot> roots, RendererFactory renderer) {
    other.create("/c", new byte[0]);
    other.create("/c/epoch", new byte[0]);
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    CompletableFuture<Parts> made = new CompletableFuture<>();
    loop.execute(() -> {
      StoreSession session = store.open(
          SessionOptions.of(Duration.ofSeconds(10)), loop, event -> ready.complete(true));
      ClusterState state = new ClusterState();
      TreeCache cache = new TreeCache(session, roots, following(state), () -> {});
      Rendering rendering = new Rendering(cache, path -> List.of(), renderer.of(cache, state));
      Op.Check fence = new Op.Check("/c/epoch", 0);
      made.complete(new Parts(
          session,
          cache,
          new Committer(session, cache, rendering, fence, performed::add, refused::add)));
    });
    Waiting.get(ready);
    parts = Waiting.get(made);
  }

  private static TreeCache.Listener following(ClusterState state) {
    return new TreeCache.Listener() {
      @Override
      public void changed(CachedNode node) {
        List<String> names = PATHS.parts(node.path());
        if (!names.isEmpty() && ClusterState.isOwn(names.get(0))) {
          state.changed(names, node);
        }
      }

      @Override
      public void removed(String path) {
        List<String> names = PATHS.parts(path);
        if (!names.isEmpty() && ClusterState.isOwn(names.get(0))) {
          state.removed(path, names);
        }
      }
    };
  }

  void refresh() {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    loop.execute(() -> parts.cache().refresh(done::complete));
    assertThat(Waiting.get(done)).isTrue();
  }

  /** Reads everything again, also what the cache believes that only it writes. */
  void reload() {
    loop.execute(parts.cache()::catchUp);
    refresh();
  }

  Committer.Outcome carryOut(List<Decision> decisions) {
    CompletableFuture<Committer.Outcome> done = new CompletableFuture<>();
    loop.execute(() -> parts.committer().carryOut(decisions, done::complete));
    return Waiting.get(done);
  }

  @Override
  public void close() {
    loop.execute(parts.session()::close);
    loop.close();
  }
}
