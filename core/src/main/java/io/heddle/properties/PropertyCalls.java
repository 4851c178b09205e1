// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.client.Call;
import io.heddle.client.ClientException;
import io.heddle.client.ClientException.Kind;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.PropertyCodec;
import io.heddle.schema.PropertyCodec.Value;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What calls on properties do, step by step. Confined to the client's loop.
 *
 * <p>A parent that has no value of its own is a znode without data. Every write carries an id of
 * its own, so that a write of unknown outcome is recognized by its bytes (rule R4). A znode's
 * version starts again when it is created again; the revision that a caller gives is therefore the
 * mzxid, compared after reading, and the write then expects the version that was read with it.
 */
final class PropertyCalls {
  private static final byte[] NOTHING = new byte[0];

  private final ClusterPaths paths;
  private final AccessControl access;
  private final String prefix;
  private long counter;

  PropertyCalls(ClusterPaths paths, AccessControl access, String prefix) {
    this.paths = paths;
    this.access = access;
    this.prefix = prefix;
  }

  /** The property in a znode, if it has a value. */
  static <T> Optional<Property<T>> property(PropertyPath path, Node node, PropertyType<T> type) {
    if (node.data().length == 0) {
      return Optional.empty();
    }
    Value value = Call.decode(node, PropertyCodec.VALUE);
    if (!value.type().equals(type.name())) {
      throw new ClientException(
          Kind.INVALID,
          "property " + path,
          "holds a " + value.type() + ", not a " + type.name() + "; read it as what it is");
    }
    try {
      return Optional.of(
          new Property<>(path, type.read(value.text()), node.stat().mzxid()));
    } catch (IllegalArgumentException e) {
      throw new ClientException(
          Kind.INVALID, "property " + path, "holds no " + type.name() + ": " + e.getMessage(), e);
    }
  }

  <T> CompletableFuture<Optional<Property<T>>> get(
      Call call, PropertyPath path, PropertyType<T> type) {
    return call.readBack(path.znode(paths))
        .thenApply(node -> node.flatMap(n -> property(path, n, type)));
  }

  CompletableFuture<ImmutableSortedSet<String>> children(Call call, PropertyPath path) {
    return call.sync()
        .thenCompose(synced -> call.children(path.znode(paths)))
        .thenApply(children -> children.orElse(ImmutableList.of()).stream()
            .map(child -> child.substring(child.lastIndexOf('/') + 1))
            .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo)));
  }

  <T> CompletableFuture<Property<T>> set(
      Call call, PropertyPath path, PropertyType<T> type, T value) {
    return call.repeat(() -> call.readAll(path.znodes(paths))
        .thenCompose(nodes -> write(call, path, nodes, type, value)));
  }

  <T> CompletableFuture<Update<T>> compareAndSet(
      Call call, PropertyPath path, PropertyType<T> type, long revision, T value) {
    return call.repeat(() -> call.readAll(path.znodes(paths)).thenCompose(nodes -> {
      Optional<Node> own = own(path, nodes);
      if (revision(own) != revision) {
        return CompletableFuture.completedFuture(Optional.of(conflict(path, own, type)));
      }
      return write(call, path, nodes, type, value)
          .thenApply(done -> done.map(property -> new Update.Done<>(Optional.of(property))));
    }));
  }

  <T> CompletableFuture<Update<T>> compareAndDelete(
      Call call, PropertyPath path, PropertyType<T> type, long revision) {
    return call.repeat(() -> call.read(path.znode(paths)).thenCompose(own -> {
          if (revision(own) != revision) {
            return CompletableFuture.completedFuture(Optional.of(conflict(path, own, type)));
          }
          return clear(call, own)
              .thenApply(done -> done
                  ? Optional.of((Update<T>) new Update.Done<T>(Optional.empty()))
                  : Optional.<Update<T>>empty());
        }))
        .thenCompose(update -> prune(call, path).thenApply(pruned -> update));
  }

  CompletableFuture<Boolean> delete(Call call, PropertyPath path) {
    return call.repeat(() -> call.read(path.znode(paths)).thenCompose(own -> {
          boolean there = revision(own) != Property.ABSENT;
          return there
              ? clear(call, own)
                  .thenApply(done -> done ? Optional.of(true) : Optional.<Boolean>empty())
              : CompletableFuture.completedFuture(Optional.of(false));
        }))
        .thenCompose(deleted -> prune(call, path).thenApply(pruned -> deleted));
  }

  private Optional<Node> own(PropertyPath path, List<Node> nodes) {
    String znode = path.znode(paths);
    return nodes.stream().filter(node -> node.path().equals(znode)).findFirst();
  }

  private static long revision(Optional<Node> node) {
    return node.filter(n -> n.data().length > 0).map(n -> n.stat().mzxid()).orElse(Property.ABSENT);
  }

  private static <T> Update<T> conflict(
      PropertyPath path, Optional<Node> node, PropertyType<T> type) {
    return new Update.Conflict<>(node.flatMap(n -> property(path, n, type)));
  }

  /** Writes over what was read; nothing if that is no longer so. */
  private <T> CompletableFuture<Optional<Property<T>>> write(
      Call call, PropertyPath path, List<Node> nodes, PropertyType<T> type, T value) {
    counter++;
    byte[] data = PropertyCodec.VALUE.encode(
        new Value(type.name(), type.write(value), prefix + "-" + counter));
    if (data.length > PropertyStore.MAX_BYTES) {
      throw new ClientException(
          Kind.FULL,
          "property " + path,
          "takes " + data.length + " bytes, above " + PropertyStore.MAX_BYTES);
    }
    Optional<Node> own = own(path, nodes);
    if (own.isPresent()) {
      Op set = new Op.Set(own.get().path(), data, own.get().stat().version());
      return commit(call, path, ImmutableList.of(set), data, value);
    }
    List<Op> ops = new ArrayList<>();
    Set<String> existing = new HashSet<>();
    nodes.forEach(node -> existing.add(node.path()));
    String nearest = "";
    for (String znode : path.znodes(paths)) {
      boolean last = znode.equals(path.znode(paths));
      if (existing.contains(znode)) {
        nearest = znode;
      } else {
        ops.add(new Op.Create(
            znode, last ? data : NOTHING, Op.CreateMode.PERSISTENT, access.acl(paths, znode)));
      }
    }
    String parent = nearest.isEmpty()
        ? ops.get(0).path().substring(0, ops.get(0).path().lastIndexOf('/'))
        : nearest;
    return call.children(parent).thenCompose(children -> {
      int count = children
          .orElseThrow(() -> new ClientException(
              Kind.NOT_FOUND, "cluster " + paths.cluster(), "does not exist; create it first"))
          .size();
      if (count >= PropertyStore.MAX_CHILDREN) {
        throw new ClientException(
            Kind.FULL,
            "property " + path,
            parent + " has " + count + " children already; spread them over parents");
      }
      return commit(call, path, ops, data, value);
    });
  }

  private <T> CompletableFuture<Optional<Property<T>>> commit(
      Call call, PropertyPath path, List<Op> ops, byte[] data, T value) {
    return call.commit(ops).thenCompose(commit -> {
      if (commit instanceof Commit.Applied applied) {
        return CompletableFuture.completedFuture(
            Optional.of(new Property<>(path, value, applied.zxid())));
      }
      if (commit instanceof Commit.Refused) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      return call.readBack(path.znode(paths)).thenApply(now -> {
        if (now.filter(node -> Arrays.equals(node.data(), data)).isPresent()) {
          return now.map(node -> new Property<>(path, value, node.stat().mzxid()));
        }
        if (stillBefore(ops, now)) {
          return Optional.empty();
        }
        throw new ClientException(
            Kind.CONFLICT,
            "property " + path,
            "others changed it while the outcome of this change was unknown; read it and decide"
                + " again");
      });
    });
  }

  /** Whether what was to be written over is there as it was. */
  private static boolean stillBefore(List<Op> ops, Optional<Node> now) {
    Op last = ops.get(ops.size() - 1);
    return last instanceof Op.Set set
        ? now.filter(node -> node.stat().version() == set.version()).isPresent()
        : now.isEmpty();
  }

  /** Takes the value away, and the znode, if it has no children; false if others were faster. */
  private CompletableFuture<Boolean> clear(Call call, Optional<Node> own) {
    if (own.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    String znode = own.get().path();
    int version = own.get().stat().version();
    return call.commit(ImmutableList.of(new Op.Delete(znode, version))).thenCompose(commit -> {
      boolean parent =
          commit instanceof Commit.Refused refused && refused.why() == Commit.Why.NOT_EMPTY;
      return parent
          ? call.commit(ImmutableList.of(new Op.Set(znode, NOTHING, version)))
              .thenApply(set -> set instanceof Commit.Applied)
          : CompletableFuture.completedFuture(commit instanceof Commit.Applied);
    });
  }

  /** Removes parents that have neither a value nor children; stops at the first that has. */
  private CompletableFuture<Boolean> prune(Call call, PropertyPath path) {
    int depth = path.parts().size();
    if (depth == 1) {
      return CompletableFuture.completedFuture(true);
    }
    PropertyPath parent = new PropertyPath(path.area(), path.parts().subList(0, depth - 1));
    return call.read(parent.znode(paths)).thenCompose(node -> {
      if (node.isEmpty()) {
        return prune(call, parent);
      }
      if (node.get().data().length > 0) {
        return CompletableFuture.completedFuture(true);
      }
      Op delete = new Op.Delete(node.get().path(), node.get().stat().version());
      return call.commit(ImmutableList.of(delete))
          .thenCompose(commit -> commit instanceof Commit.Applied
              ? prune(call, parent)
              : CompletableFuture.completedFuture(true));
    });
  }
}
