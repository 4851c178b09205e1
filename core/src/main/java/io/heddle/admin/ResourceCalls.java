// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.AdminException.Kind;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** What the administrator does with state models and resources. Confined to the loop. */
final class ResourceCalls {
  private final Layout layout;
  private final Documents documents;

  ResourceCalls(Layout layout, Documents documents) {
    this.layout = layout;
    this.documents = documents;
  }

  static String entity(ResourceId id) {
    return "resource " + id;
  }

  /** Stores a state model. */
  CompletableFuture<StateModel> addStateModel(Call call, StateModel model) {
    String entity = "state model " + model.name();
    if (StateModels.BUILT_IN.containsKey(model.name())) {
      return CompletableFuture.failedFuture(
          new AdminException(Kind.ALREADY_EXISTS, entity, "is built in; give yours another name"));
    }
    String path = layout.paths().stateModel(model.name());
    byte[] data = Specs.STATE_MODEL.encode(model);
    List<Op> ops = List.of(layout.create(path, data));
    return call.repeat(() -> documents
        .requireCluster(call)
        .thenCompose(meta -> call.commit(ops))
        .thenCompose(commit -> {
          if (commit instanceof Commit.Refused) {
            throw new AdminException(
                Kind.ALREADY_EXISTS, entity, "exists already; give yours another name");
          }
          return commit instanceof Commit.Unknown
              ? created(call, path, data).thenApply(node -> node.map(n -> model))
              : CompletableFuture.completedFuture(Optional.of(model));
        }));
  }

  /** The znode, if it is there with these bytes: a create of an unknown outcome came about. */
  private static CompletableFuture<Optional<Node>> created(Call call, String path, byte[] data) {
    return call.readBack(path)
        .thenApply(node -> node.filter(found -> Arrays.equals(found.data(), data)));
  }

  /** A state model that is built in or stored. */
  CompletableFuture<Optional<StateModel>> findStateModel(Call call, String name) {
    StateModel builtIn = StateModels.BUILT_IN.get(name);
    return builtIn != null
        ? CompletableFuture.completedFuture(Optional.of(builtIn))
        : documents.find(call, layout.paths().stateModel(name), Specs.STATE_MODEL);
  }

  /** Adds a resource; refused while its name is in use or being removed. */
  CompletableFuture<ResourceKey> add(Call call, ResourceSpec spec) {
    if (spec.deleting()) {
      return CompletableFuture.failedFuture(new AdminException(
          Kind.INVALID, entity(spec.id()), "a new resource must not be marked as deleting"));
    }
    return call.repeat(() -> documents
        .requireCluster(call)
        .thenCompose(meta -> findStateModel(call, spec.stateModel()))
        .thenCompose(model -> {
          ResourceRules.check(spec, model);
          return create(call, spec);
        }));
  }

  private CompletableFuture<Optional<ResourceKey>> create(Call call, ResourceSpec spec) {
    String path = layout.paths().resource(spec.id());
    byte[] data = Specs.RESOURCE.encode(spec);
    ImmutableList.Builder<Op> ops = ImmutableList.builder();
    if (!StateModels.BUILT_IN.containsKey(spec.stateModel())) {
      ops.add(new Op.Check(layout.paths().stateModel(spec.stateModel()), Op.ANY_VERSION));
    }
    ops.add(layout.create(path, data));
    return call.commit(ops.build()).thenCompose(commit -> {
      if (commit instanceof Commit.Applied applied) {
        return CompletableFuture.completedFuture(
            Optional.of(new ResourceKey(spec.id(), applied.zxid())));
      }
      if (commit instanceof Commit.Unknown) {
        return created(call, path, data)
            .thenApply(node -> node.map(n -> new ResourceKey(spec.id(), n.stat().czxid())));
      }
      return taken(call, spec.id());
    });
  }

  /** Says why the name is not free; nothing if it is free by now. */
  private CompletableFuture<Optional<ResourceKey>> taken(Call call, ResourceId id) {
    return call.read(layout.paths().resource(id)).thenApply(node -> {
      if (node.isEmpty()) {
        return Optional.empty();
      }
      boolean deleting = Call.decode(node.get(), Specs.RESOURCE).deleting();
      throw new AdminException(
          Kind.ALREADY_EXISTS,
          entity(id),
          deleting
              ? "the one of this name is still being removed; await its removal first"
              : "exists already; update it, or remove it first");
    });
  }

  /** Changes a resource's spec. */
  CompletableFuture<ResourceSpec> update(
      Call call, ResourceId id, UnaryOperator<ResourceSpec> change) {
    // The state model may not change, so one look at it serves every attempt.
    return documents
        .find(call, layout.paths().resource(id), Specs.RESOURCE)
        .thenCompose(found -> findStateModel(
            call, found.orElseThrow(() -> Documents.notFound(entity(id))).stateModel()))
        .thenCompose(model -> documents.update(
            call, entity(id), layout.paths().resource(id), Specs.RESOURCE, before -> {
              ResourceSpec after = change.apply(before);
              ResourceRules.checkChange(before, after);
              ResourceRules.check(after, model);
              return after;
            }));
  }

  /** Sets the tombstone. */
  CompletableFuture<ResourceSpec> remove(Call call, ResourceId id) {
    return documents.update(
        call,
        entity(id),
        layout.paths().resource(id),
        Specs.RESOURCE,
        before -> before.toBuilder().deleting().build());
  }

  /** Waits until what has the name now is gone. */
  CompletableFuture<Void> awaitRemoved(Call call, ResourceId id) {
    String path = layout.paths().resource(id);
    return call.sync().thenCompose(synced -> call.read(path)).thenCompose(node -> {
      if (node.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      if (!Call.decode(node.get(), Specs.RESOURCE).deleting()) {
        throw new AdminException(
            Kind.CONFLICT, entity(id), "is not being removed; remove it before you await that");
      }
      call.state("it still exists: see whether a controller is in office and whether the"
          + " participants that hold its replicas answer");
      long uid = node.get().stat().czxid();
      return call.await(
          layout.paths().in("resources"),
          path,
          now -> now.isEmpty() || now.get().stat().czxid() != uid);
    });
  }
}
