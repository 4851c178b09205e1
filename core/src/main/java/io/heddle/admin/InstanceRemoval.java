// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.AdminException.Kind;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.StateModel;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Removes one instance (rule R16, as far as it is the administrator's). Confined to the loop.
 *
 * <p>Refused while an incarnation lives, and while the controller assigns partitions to it: those
 * go when a controller in office has seen that it is gone. The spec goes first; with it and after
 * it go assignment, report and attribute buckets and messages. Each transaction creates and deletes
 * {@code live/i/s}, which proves that no incarnation lives, and bumps {@code incarnations/i}
 * expecting what was read, so that a registration that is under way must read again. {@code live/i}
 * and {@code incarnations/i} stay, so that incarnation numbers never restart. Work, outcomes,
 * payloads and commands are left to the controller, which knows whether the results in them are
 * recorded.
 */
final class InstanceRemoval {
  /** Most operations of one transaction. */
  private static final int MAX_OPS = 500;

  private final Layout layout;
  private final Documents documents;
  private final Call call;
  private final InstanceId id;
  private final String entity;

  /** Whether a transaction of this call was sent that may have been applied. */
  private boolean begun;

  InstanceRemoval(Layout layout, Documents documents, Call call, InstanceId id) {
    this.layout = layout;
    this.documents = documents;
    this.call = call;
    this.id = id;
    this.entity = InstanceCalls.entity(id);
  }

  /** Transaction after transaction, until nothing is left. */
  CompletableFuture<Void> run() {
    return call.repeat(this::attempt)
        .thenCompose(finished -> finished ? CompletableFuture.completedFuture(null) : run());
  }

  private CompletableFuture<Optional<Boolean>> attempt() {
    ClusterPaths paths = layout.paths();
    List<String> fixed = List.of(
        paths.instance(id),
        paths.live(id),
        paths.incarnation(id),
        paths.assignments(id),
        paths.reports(id),
        paths.in("attributes", id.name()),
        paths.in("messages", id.name()));
    return documents
        .requireCluster(call)
        .thenCompose(meta -> call.readAll(fixed))
        .thenCompose(nodes -> call.children(paths.assignments(id))
            .thenCompose(buckets -> call.readAll(buckets.orElse(ImmutableList.of())))
            .thenCompose(assignments -> children(fixed.subList(4, fixed.size()))
                .thenCompose(others -> remove(nodes, assignments, others, fixed))));
  }

  /** The paths of all children of some znodes. */
  private CompletableFuture<List<String>> children(List<String> parents) {
    CompletableFuture<List<String>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (String parent : parents) {
      all = all.thenCompose(found -> call.children(parent).thenApply(more -> {
        found.addAll(more.orElse(ImmutableList.of()));
        return found;
      }));
    }
    return all;
  }

  private CompletableFuture<Optional<Boolean>> remove(
      List<Node> fixed, List<Node> assignments, List<String> others, List<String> parents) {
    ClusterPaths paths = layout.paths();
    requireNotLive(find(fixed, paths.live(id)));
    List<Op> deletes = new ArrayList<>();
    for (Node node : fixed) {
      if (node.path().equals(paths.instance(id))) {
        deletes.add(new Op.Delete(node.path(), node.stat().version()));
      }
    }
    assignments.forEach(
        node -> deletes.add(new Op.Delete(node.path(), node.stat().version())));
    others.forEach(path -> deletes.add(new Op.Delete(path, Op.ANY_VERSION)));
    for (String parent : parents.subList(3, parents.size())) {
      if (find(fixed, parent) != null) {
        deletes.add(new Op.Delete(parent, Op.ANY_VERSION));
      }
    }
    if (deletes.isEmpty()) {
      if (begun) {
        return CompletableFuture.completedFuture(Optional.of(true));
      }
      throw Documents.notFound(entity);
    }
    requireNothingAssigned(assignments);
    return commit(find(fixed, paths.incarnation(id)), deletes);
  }

  private CompletableFuture<Optional<Boolean>> commit(@Nullable Node counter, List<Op> deletes) {
    if (counter == null) {
      throw new AdminException(
          Kind.INVALID,
          entity,
          layout.paths().incarnation(id) + " is missing; add the instance again, then remove it");
    }
    List<Op> ops = new ArrayList<>(layout.proofOfAbsence(id));
    ops.add(new Op.Set(counter.path(), counter.data(), counter.stat().version()));
    int room = Math.min(deletes.size(), MAX_OPS - ops.size());
    ops.addAll(deletes.subList(0, room));
    return call.commit(ops).thenApply(commit -> {
      if (commit instanceof Commit.Refused) {
        return Optional.empty();
      }
      begun = true;
      // After an unknown outcome the next attempt sees what is left.
      return commit instanceof Commit.Applied
          ? Optional.of(room == deletes.size())
          : Optional.empty();
    });
  }

  private static @Nullable Node find(List<Node> nodes, String path) {
    return nodes.stream().filter(node -> node.path().equals(path)).findFirst().orElse(null);
  }

  private void requireNotLive(@Nullable Node node) {
    if (node != null) {
      LiveInstance live = Call.decode(node, Specs.LIVE);
      throw new AdminException(
          Kind.CONFLICT,
          entity,
          "is live: incarnation " + live.incarnation() + ", process " + live.process() + " on "
              + live.host() + "; evacuate it, then stop that process");
    }
  }

  private void requireNothingAssigned(List<Node> assignments) {
    long assigned = assignments.stream()
        .map(node -> Call.decode(node, BucketCodecs.ASSIGNMENT))
        .flatMap(bucket -> bucket.groups().values().stream())
        .flatMap(group -> group.targets().values().stream())
        .filter(target -> !target.state().equals(StateModel.DROPPED))
        .count();
    if (assigned > 0) {
      throw new AdminException(
          Kind.CONFLICT,
          entity,
          "has " + assigned + " partitions assigned; try again once a controller in office has"
              + " moved them, and see whether one is");
    }
  }
}
