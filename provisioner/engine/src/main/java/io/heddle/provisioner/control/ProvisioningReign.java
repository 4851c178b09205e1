// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerExtension;
import io.heddle.controller.WriteBatch;
import io.heddle.model.ContainerId;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.schema.CachedNode;
import io.heddle.schema.UnreadableException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge of provisioning during one reign: follows the records, watches what the provider runs,
 * and has the calls made. Confined to the controller's loop.
 */
final class ProvisioningReign implements ControllerExtension.Reign<ProvisioningState> {
  private static final Logger log = LoggerFactory.getLogger(ProvisioningReign.class);

  private final ControllerExtension.Context context;
  private final ClusterAdmin admin;
  private final ContainerProvider provider;
  private final ProviderWatch watch;
  private final ProviderCalls calls;
  private final TreeMap<ResourceId, ServiceSpec> services = new TreeMap<>();
  private final TreeMap<ContainerId, ContainerRecord> records = new TreeMap<>();
  private final TreeSet<String> unreadable = new TreeSet<>();
  private final TreeMap<ContainerId, Long> since = new TreeMap<>();

  ProvisioningReign(
      ControllerExtension.Context context,
      ClusterAdmin admin,
      ContainerProvider provider,
      ProvisioningSettings settings) {
    this.context = context;
    this.admin = admin;
    this.provider = provider;
    this.watch = new ProviderWatch(
        context.loop(), context.paths().cluster(), provider, settings, context.wakeUp());
    this.calls = new ProviderCalls(context.loop(), settings, watch);
  }

  // What is on record.

  @Override
  public void changed(List<String> parts, CachedNode node) {
    unreadable.remove(parts.get(1));
    try {
      if (parts.get(0).equals("services")) {
        services.put(ResourceId.of(parts.get(1)), node.decode(ProvisioningCodecs.SERVICE));
      } else {
        put(node.decode(ProvisioningCodecs.RECORD));
      }
    } catch (UnreadableException e) {
      unreadable.add(parts.get(1));
      log.warn("{}; what is its own is left alone, and all else goes on", e.getMessage());
    }
  }

  private void put(ContainerRecord container) {
    @Nullable ContainerRecord before = records.put(container.id(), container);
    if (before == null
        || before.state() != container.state()
        || before.draining() != container.draining()) {
      since.put(container.id(), context.loop().nanoTime());
    }
    if (before != null && before.state() != container.state()) {
      log.info(
          "Container {} of {}: {} to {}",
          container.id(),
          container.spec().service(),
          before.state(),
          container.state());
    }
  }

  @Override
  public void removed(List<String> parts) {
    unreadable.remove(parts.get(1));
    if (parts.get(0).equals("services")) {
      services.remove(ResourceId.of(parts.get(1)));
    } else {
      ContainerId container = ContainerId.of(parts.get(1));
      records.remove(container);
      since.remove(container);
    }
  }

  @Override
  public ProvisioningState snapshot() {
    return new ProvisioningState(
        ImmutableSortedMap.copyOfSorted(services),
        ImmutableSortedMap.copyOfSorted(records),
        ImmutableSortedSet.copyOfSorted(unreadable),
        ImmutableSortedMap.copyOfSorted(since),
        watch.listed(),
        watch.observed(),
        watch.unsettled(),
        calls.attempts(),
        watch.trouble());
  }

  @Override
  public void render(Object request, WriteBatch batch) {
    if (request instanceof Request.Put put) {
      batch.edit(
          context.paths().container(put.record().id()),
          ProvisioningCodecs.RECORD,
          before -> Optional.of(put.record()));
    } else if (request instanceof Request.Remove remove) {
      batch.edit(
          context.paths().container(remove.container()),
          ProvisioningCodecs.RECORD,
          before -> Optional.empty());
    }
  }

  // What is done.

  @Override
  public void performed(Object request) {
    watch.retain(records::containsKey);
    calls.retain(id -> records.containsKey(id) || watch.isObserved(id));
    if (request instanceof Request.Allocate allocate) {
      configure(allocate, calls.begin(allocate));
    } else if (request instanceof Request.Call call) {
      make(call, calls.begin(call));
    }
  }

  private void make(Request.Call call, ProviderCalls.Underway underway) {
    try {
      underway.follow(call.make(provider));
    } catch (RuntimeException e) {
      // A provider tells failures by its futures; one that throws has failed all the same.
      underway.failed(e);
    }
  }

  /** An instance must be configured before its process can register. */
  private void configure(Request.Allocate allocate, ProviderCalls.Underway underway) {
    var unused = admin
        .addInstance(Request.instance(allocate.spec()))
        .whenComplete((added, failure) ->
            context.loop().execute(() -> configured(allocate, underway, failure)));
  }

  private void configured(
      Request.Allocate allocate, ProviderCalls.Underway underway, @Nullable Throwable failure) {
    // A stage that depends on another tells its failure wrapped.
    @Nullable Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean exists =
        cause instanceof AdminException e && e.kind() == AdminException.Kind.ALREADY_EXISTS;
    if (failure != null && !exists) {
      underway.failed(failure);
    } else if (underway.isAwaited()) {
      make(allocate, underway);
    }
  }

  @Override
  public void close() {
    watch.close();
    calls.close();
  }
}
