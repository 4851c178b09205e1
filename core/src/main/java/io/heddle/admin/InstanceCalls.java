// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.heddle.admin.AdminException.Kind;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** What the administrator does with instances. Confined to the loop. */
final class InstanceCalls {
  private final Layout layout;
  private final Documents documents;

  InstanceCalls(Layout layout, Documents documents) {
    this.layout = layout;
    this.documents = documents;
  }

  static String entity(InstanceId id) {
    return "instance " + id;
  }

  /** Adds an instance; what an earlier one of the name left is kept. */
  CompletableFuture<InstanceSpec> add(Call call, InstanceSpec spec) {
    return call.repeat(() -> documents
        .requireCluster(call)
        .thenCompose(meta -> call.readAll(layout.sections(spec.id())))
        .thenCompose(nodes -> create(
            call,
            spec,
            withCounter(
                spec.id(),
                nodes,
                layout.instance(
                    spec,
                    nodes.stream().map(Node::path).collect(ImmutableSet.toImmutableSet()))))));
  }

  /**
   * What was found is kept, so it must still be there: each removal of an instance's znodes bumps
   * its incarnation number (rule R16).
   */
  private ImmutableList<Op> withCounter(InstanceId id, List<Node> found, ImmutableList<Op> ops) {
    ImmutableList.Builder<Op> all = ImmutableList.builder();
    found.stream()
        .filter(node -> node.path().equals(layout.paths().incarnation(id)))
        .forEach(node -> all.add(new Op.Check(node.path(), node.stat().version())));
    return all.addAll(ops).build();
  }

  private CompletableFuture<Optional<InstanceSpec>> create(
      Call call, InstanceSpec spec, ImmutableList<Op> ops) {
    String path = layout.paths().instance(spec.id());
    return call.commit(ops).thenCompose(commit -> {
      if (commit instanceof Commit.Applied) {
        return CompletableFuture.completedFuture(Optional.of(spec));
      }
      if (commit instanceof Commit.Unknown) {
        byte[] data = Specs.INSTANCE.encode(spec);
        return call.readBack(path)
            .thenApply(node -> node.filter(n -> Arrays.equals(n.data(), data)).map(n -> spec));
      }
      if (((Commit.Refused) commit).path().equals(path)) {
        throw new AdminException(
            Kind.ALREADY_EXISTS, entity(spec.id()), "exists already; update it instead");
      }
      return CompletableFuture.completedFuture(Optional.empty());
    });
  }

  /** Changes an instance's spec. */
  CompletableFuture<InstanceSpec> update(
      Call call, InstanceId id, UnaryOperator<InstanceSpec> change) {
    return documents.update(
        call, entity(id), layout.paths().instance(id), Specs.INSTANCE, before -> {
          InstanceSpec after = change.apply(before);
          if (!after.id().equals(before.id())) {
            throw new AdminException(
                Kind.INVALID, entity(id), "its name may not change, here to " + after.id());
          }
          return after;
        });
  }

  /** Removes an instance, see {@link InstanceRemoval}. */
  CompletableFuture<Void> remove(Call call, InstanceId id) {
    return new InstanceRemoval(layout, documents, call, id).run();
  }
}
