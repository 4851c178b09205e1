// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.AdminException.Kind;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** How documents are read and changed, one after the other. Confined to the loop of its calls. */
final class Documents {
  private final ClusterPaths paths;

  Documents(ClusterPaths paths) {
    this.paths = paths;
  }

  /** Fails unless the cluster is there and may be written by this version. */
  CompletableFuture<Specs.Meta> requireCluster(Call call) {
    return call.read(paths.meta()).thenApply(node -> {
      Specs.Meta meta = Call.decode(node.orElseThrow(this::noCluster), Specs.META);
      meta.writeObstacle().ifPresent(why -> {
        throw new AdminException(Kind.INVALID, "cluster " + paths.cluster(), why);
      });
      return meta;
    });
  }

  AdminException noCluster() {
    return new AdminException(
        Kind.NOT_FOUND, "cluster " + paths.cluster(), "does not exist; create it first");
  }

  static AdminException notFound(String entity) {
    return new AdminException(Kind.NOT_FOUND, entity, "does not exist; check the name, or add it");
  }

  /** The document at a path, if it is there. */
  <T> CompletableFuture<Optional<T>> find(Call call, String path, Codec<T> codec) {
    return call.sync()
        .thenCompose(synced -> call.read(path))
        .thenApply(node -> node.map(n -> Call.decode(n, codec)));
  }

  /** All documents of a section, by key. */
  <K extends Comparable<K>, T> CompletableFuture<ImmutableSortedMap<K, T>> list(
      Call call, String section, Codec<T> codec, Function<T, K> key) {
    return call.sync()
        .thenCompose(synced -> call.children(paths.in(section)))
        .thenCompose(children -> call.readAll(children.orElseThrow(this::noCluster)))
        .thenApply(nodes -> nodes.stream()
            .map(node -> Call.decode(node, codec))
            .collect(ImmutableSortedMap.toImmutableSortedMap(
                java.util.Comparator.<K>naturalOrder(), key, document -> document)));
  }

  /**
   * Changes a document by compare-and-set, again if others changed it meanwhile.
   *
   * @param change may be called several times; the same document leaves the znode as it is
   * @return the document as it is now
   */
  <T> CompletableFuture<T> update(
      Call call, String entity, String path, Codec<T> codec, UnaryOperator<T> change) {
    return call.repeat(() -> requireCluster(call)
        .thenCompose(meta -> call.read(path))
        .thenCompose(
            node -> attempt(call, node.orElseThrow(() -> notFound(entity)), codec, change)));
  }

  /**
   * Changes a document by compare-and-set, or creates it.
   *
   * @param change may be called several times; given the document if there is one
   * @return the document as it is now
   */
  <T> CompletableFuture<T> put(
      Call call, Layout layout, String path, Codec<T> codec, Function<Optional<T>, T> change) {
    return call.repeat(() -> requireCluster(call)
        .thenCompose(meta -> call.read(path))
        .thenCompose(node -> node.isPresent()
            ? attempt(call, node.get(), codec, before -> change.apply(Optional.of(before)))
            : create(call, layout, path, codec, change.apply(Optional.empty()))));
  }

  private <T> CompletableFuture<Optional<T>> create(
      Call call, Layout layout, String path, Codec<T> codec, T document) {
    byte[] data = codec.encode(document);
    return call.commit(List.of(layout.create(path, data))).thenCompose(commit -> {
      if (commit instanceof Commit.Unknown) {
        return call.readBack(path)
            .thenApply(
                now -> now.filter(node -> Arrays.equals(node.data(), data)).map(node -> document));
      }
      return CompletableFuture.completedFuture(
          commit instanceof Commit.Applied ? Optional.of(document) : Optional.empty());
    });
  }

  private <T> CompletableFuture<Optional<T>> attempt(
      Call call, Node node, Codec<T> codec, UnaryOperator<T> change) {
    T before = Call.decode(node, codec);
    T after = change.apply(before);
    if (after.equals(before)) {
      return CompletableFuture.completedFuture(Optional.of(after));
    }
    byte[] data = codec.encode(after);
    Op set = new Op.Set(node.path(), data, node.stat().version());
    return call.commit(List.of(set)).thenCompose(commit -> {
      if (commit instanceof Commit.Applied) {
        return CompletableFuture.completedFuture(Optional.of(after));
      }
      return commit instanceof Commit.Unknown
          ? call.readBack(node.path()).thenApply(now -> resolve(node, data, now, after))
          : CompletableFuture.completedFuture(Optional.empty());
    });
  }

  /**
   * What became of a write (rule R4): the next version with our bytes is ours; the version that was
   * read means that nothing happened; anything else hides it.
   */
  private static <T> Optional<T> resolve(
      Node before, byte[] written, Optional<Node> now, T document) {
    boolean same = now.isPresent() && now.get().stat().czxid() == before.stat().czxid();
    if (same && now.get().stat().version() == before.stat().version()) {
      return Optional.empty();
    }
    if (same
        && now.get().stat().version() == before.stat().version() + 1
        && Arrays.equals(now.get().data(), written)) {
      return Optional.of(document);
    }
    throw new AdminException(
        Kind.CONFLICT,
        before.path(),
        "others changed it while the outcome of this change was unknown; read it and decide again");
  }
}
