// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import io.heddle.admin.AdminException.Kind;
import io.heddle.admin.ClusterAdmin.Creation;
import io.heddle.model.LiveInstance;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What the administrator does with the cluster as a whole. Confined to the loop. */
final class ClusterCalls {
  /** Most operations of one transaction. */
  private static final int MAX_OPS = 500;

  /** Most znodes that a cluster may have to be dropped by this. */
  private static final int MAX_ZNODES = 2_000_000;

  private static final ImmutableSet<String> KNOWN = ImmutableSet.<String>builder()
      .add("meta", "epoch", "leader", "spec")
      .addAll(ClusterPaths.CLUSTER_SECTIONS)
      .addAll(ClusterPaths.INSTANCE_SECTIONS)
      .build();

  private final Layout layout;
  private final Documents documents;
  private final String entity;

  ClusterCalls(Layout layout, Documents documents) {
    this.layout = layout;
    this.documents = documents;
    this.entity = "cluster " + layout.paths().cluster();
  }

  /** Lays the cluster out, unless it is there. */
  CompletableFuture<Creation> create(Call call, Specs.Meta meta, long firstEpoch) {
    ImmutableList<Op> ops = layout.cluster(meta, firstEpoch);
    String path = layout.paths().meta();
    return call.repeat(() -> call.read(path).thenCompose(node -> {
      if (node.isPresent()) {
        return CompletableFuture.completedFuture(Optional.of(creation(node.get(), meta)));
      }
      return call.commit(ops).thenCompose(commit -> {
        if (commit instanceof Commit.Applied) {
          return CompletableFuture.completedFuture(Optional.of(Creation.CREATED));
        }
        if (commit instanceof Commit.Refused refused) {
          return explain(call, refused, meta);
        }
        return call.readBack(path).thenApply(n -> n.map(found -> creation(found, meta)));
      });
    }));
  }

  private static Creation creation(Node node, Specs.Meta ours) {
    String id = Call.decode(node, Specs.META).clusterId();
    return id.equals(ours.clusterId()) ? Creation.CREATED : Creation.EXISTED;
  }

  private CompletableFuture<Optional<Creation>> explain(
      Call call, Commit.Refused refused, Specs.Meta meta) {
    return call.read(layout.paths().meta()).thenApply(node -> {
      if (node.isPresent()) {
        return Optional.of(creation(node.get(), meta));
      }
      throw new AdminException(
          Kind.INVALID,
          entity,
          "cannot be created: " + refused.path() + " was refused with " + refused.why()
              + ", and there is no cluster; if a drop was interrupted, drop it again, else use"
              + " another name");
    });
  }

  /**
   * Drops the cluster: first, in transactions that prove that nobody is there, what controllers and
   * participants need to register; then the rest.
   */
  CompletableFuture<Void> drop(Call call) {
    return call.repeat(() -> lock(call)).thenCompose(locked -> {
      call.state("part of it is deleted; drop it again to finish");
      return call.repeat(() -> purge(call)).thenApply(purged -> null);
    });
  }

  private CompletableFuture<Optional<Boolean>> lock(Call call) {
    ClusterPaths paths = layout.paths();
    return call.children(paths.root())
        .thenCompose(children -> {
          requireCluster(children.orElseThrow(documents::noCluster));
          return call.readAll(List.of(paths.leader(), paths.meta(), paths.epoch()));
        })
        .thenCompose(nodes -> {
          requireNoLeader(nodes);
          return instances(call).thenCompose(instances -> lock(call, nodes, instances));
        });
  }

  private void requireCluster(List<String> children) {
    for (String child : children) {
      String name = child.substring(child.lastIndexOf('/') + 1);
      if (!KNOWN.contains(name)) {
        throw new AdminException(
            Kind.INVALID,
            entity,
            child + " is not part of a cluster's layout; remove it by hand if it is yours");
      }
    }
  }

  private void requireNoLeader(List<Node> nodes) {
    for (Node node : nodes) {
      if (node.path().equals(layout.paths().leader())) {
        throw new AdminException(
            Kind.CONFLICT,
            entity,
            "controller " + Call.decode(node, Specs.LEADER).id()
                + " is in office; stop all controllers first");
      }
    }
  }

  /** The znodes of all instances in {@code live} and {@code incarnations}. */
  private CompletableFuture<List<String>> instances(Call call) {
    return call.children(layout.paths().in("live"))
        .thenCompose(live -> call.children(layout.paths().in("incarnations"))
            .thenApply(incarnations -> {
              List<String> paths = new ArrayList<>(live.orElse(ImmutableList.of()));
              paths.addAll(incarnations.orElse(ImmutableList.of()));
              return paths;
            }));
  }

  private CompletableFuture<Optional<Boolean>> lock(
      Call call, List<Node> nodes, List<String> instances) {
    String live = layout.paths().in("live") + "/";
    List<String> ephemerals = instances.stream()
        .filter(path -> path.startsWith(live))
        .map(path -> path + "/s")
        .collect(Collectors.toList());
    return call.readAll(ephemerals).thenCompose(found -> {
      requireNobody(found);
      List<List<Op>> transactions = new ArrayList<>();
      List<Op> ops = new ArrayList<>(layout.proofOfNoLeader());
      nodes.forEach(node -> ops.add(new Op.Delete(node.path(), Op.ANY_VERSION)));
      for (String path : instances) {
        if (ops.size() + 3 > MAX_OPS) {
          transactions.add(ImmutableList.copyOf(ops));
          ops.clear();
        }
        if (path.startsWith(live)) {
          ops.addAll(
              layout.proofOfAbsence(io.heddle.model.InstanceId.of(path.substring(live.length()))));
        }
        ops.add(new Op.Delete(path, Op.ANY_VERSION));
      }
      transactions.add(ops);
      return inTurn(call, transactions, 0);
    });
  }

  private void requireNobody(List<Node> live) {
    if (!live.isEmpty()) {
      Set<String> names = new TreeSet<>();
      live.stream()
          .limit(5)
          .map(node -> Call.decode(node, Specs.LIVE))
          .forEach(l -> names.add(name(l)));
      throw new AdminException(
          Kind.CONFLICT,
          entity,
          live.size() + " instances are live, among them " + names + "; stop them first");
    }
  }

  private static String name(LiveInstance live) {
    return live.id() + " on " + live.host();
  }

  /** One transaction after the other; nothing as soon as one was not surely applied. */
  private static CompletableFuture<Optional<Boolean>> inTurn(
      Call call, List<List<Op>> transactions, int index) {
    if (index == transactions.size()) {
      return CompletableFuture.completedFuture(Optional.of(true));
    }
    return call.commit(transactions.get(index))
        .thenCompose(commit -> commit instanceof Commit.Applied
            ? inTurn(call, transactions, index + 1)
            : CompletableFuture.completedFuture(Optional.empty()));
  }

  private CompletableFuture<Optional<Boolean>> purge(Call call) {
    List<String> all = new ArrayList<>();
    return collect(call, List.of(layout.paths().root()), all).thenCompose(end -> {
      List<Op> deletes = new ArrayList<>();
      Lists.reverse(all).forEach(path -> deletes.add(new Op.Delete(path, Op.ANY_VERSION)));
      return inTurn(call, Lists.partition(deletes, MAX_OPS), 0);
    });
  }

  /** Adds all znodes of a level that exist, then all below them: parents come first. */
  private CompletableFuture<Void> collect(Call call, List<String> level, List<String> all) {
    if (level.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    if (all.size() + level.size() > MAX_ZNODES) {
      throw new AdminException(
          Kind.INVALID, entity, "has more than " + MAX_ZNODES + " znodes; delete it by hand");
    }
    List<CompletableFuture<Optional<ImmutableList<String>>>> listings =
        level.stream().map(call::children).collect(Collectors.toList());
    return CompletableFuture.allOf(listings.toArray(new CompletableFuture<?>[0]))
        .thenCompose(listed -> {
          List<String> next = new ArrayList<>();
          for (int i = 0; i < level.size(); i++) {
            Optional<ImmutableList<String>> children = listings.get(i).join();
            if (children.isPresent()) {
              all.add(level.get(i));
              next.addAll(children.get());
            }
          }
          return collect(call, next, all);
        });
  }
}
