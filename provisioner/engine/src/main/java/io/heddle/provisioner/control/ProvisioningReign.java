// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerExtension;
import io.heddle.controller.WriteBatch;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.UnreadableException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge of provisioning during one reign: follows the records, watches what the provider runs,
 * and makes the calls. Confined to the controller's loop; answers of the provider hop there.
 *
 * <p>A list that the provider began before a call on a container had ended says nothing of that
 * container: such lists come late.
 */
final class ProvisioningReign implements ControllerExtension.Reign<ProvisioningState> {
  private static final Logger log = LoggerFactory.getLogger(ProvisioningReign.class);

  private final ControllerExtension.Context context;
  private final ClusterAdmin admin;
  private final ContainerProvider provider;
  private final ProvisioningSettings settings;
  private final ContainerProvider.Registration registration;
  private final TreeMap<ResourceId, ServiceSpec> services = new TreeMap<>();
  private final TreeMap<ContainerId, ContainerRecord> records = new TreeMap<>();
  private final TreeSet<String> unreadable = new TreeSet<>();
  private final TreeMap<ContainerId, Long> since = new TreeMap<>();
  private final TreeMap<ContainerId, ContainerStatus> observed = new TreeMap<>();
  private final TreeMap<ContainerId, Long> touchedAt = new TreeMap<>();
  private final TreeSet<ContainerId> calling = new TreeSet<>();
  // Done, but not seen yet: until a list shows it, it looks as if it had to be asked for again.
  private final TreeSet<ContainerId> unseen = new TreeSet<>();
  private final TreeMap<ContainerId, Long> retryAt = new TreeMap<>();
  private long clock;
  private boolean listed;
  private boolean listing;
  private boolean listAgain;
  private boolean over;
  private Loop.@Nullable Timer relist;

  ProvisioningReign(
      ControllerExtension.Context context,
      ClusterAdmin admin,
      ContainerProvider provider,
      ProvisioningSettings settings) {
    this.context = context;
    this.admin = admin;
    this.provider = provider;
    this.settings = settings;
    this.registration = provider.listen(end -> context.loop().execute(() -> ended(end)));
    list();
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
        listed,
        ImmutableSortedMap.copyOfSorted(observed),
        ImmutableSortedSet.copyOf(Sets.union(calling, unseen)),
        ImmutableSortedMap.copyOfSorted(retryAt));
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
    try {
      perform(request);
    } catch (RuntimeException e) {
      // A provider tells failures by its futures; one that throws has failed all the same.
      container(request).ifPresent(container -> failed(container, e));
    }
  }

  private static Optional<ContainerId> container(Object request) {
    if (request instanceof Request.Allocate allocate) {
      return Optional.of(allocate.spec().id());
    }
    if (request instanceof Request.Start start) {
      return Optional.of(start.spec().id());
    }
    if (request instanceof Request.Stop stop) {
      return Optional.of(stop.container());
    }
    return request instanceof Request.Deallocate deallocate
        ? Optional.of(deallocate.container())
        : Optional.empty();
  }

  private void perform(Object request) {
    if (request instanceof Request.Allocate allocate) {
      calling.add(allocate.spec().id());
      configure(allocate.spec(), () -> allocate(allocate.spec()));
    } else if (request instanceof Request.Start start) {
      ContainerId id = start.spec().id();
      call(id, provider.startContainer(id, participant(start.spec())), started -> look(id));
    } else if (request instanceof Request.Stop stop) {
      ContainerId id = stop.container();
      call(id, provider.stopContainer(id), stopped -> look(id));
    } else if (request instanceof Request.Deallocate deallocate) {
      call(deallocate.container(), provider.deallocateContainer(deallocate.container()), done -> {
        observed.remove(deallocate.container());
        list();
      });
    }
  }

  /** An instance must be configured before its process can register. */
  private void configure(ContainerSpec spec, Runnable then) {
    InstanceSpec instance = InstanceSpec.builder(spec.participant().name())
        .tag(spec.service().name())
        .build();
    var unused = admin
        .addInstance(instance)
        .whenComplete(
            (added, failure) -> context.loop().execute(() -> configured(spec, failure, then)));
  }

  private void configured(ContainerSpec spec, @Nullable Throwable failure, Runnable then) {
    // A stage that depends on another tells its failure wrapped.
    @Nullable Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean exists =
        cause instanceof AdminException e && e.kind() == AdminException.Kind.ALREADY_EXISTS;
    if (over) {
      return;
    }
    if (failure == null || exists) {
      then.run();
    } else {
      failed(spec.id(), failure);
    }
  }

  private void allocate(ContainerSpec spec) {
    call(
        spec.id(),
        provider.allocateContainer(spec),
        id -> observed.putIfAbsent(id, new ContainerStatus.Allocated(id)));
  }

  private static Participant participant(ContainerSpec spec) {
    InstanceId id = spec.participant();
    return new Participant(
        InstanceSpec.builder(id.name()).tag(spec.service().name()).build(),
        Optional.empty(),
        Optional.of(new Participant.Container(spec, ContainerState.CONNECTING)));
  }

  private <T> void call(ContainerId container, ListenableFuture<T> future, Consumer<T> then) {
    calling.add(container);
    Futures.addCallback(
        future,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(@Nullable T result) {
            answered(container);
            retryAt.remove(container);
            then.accept(Objects.requireNonNull(result));
            wake();
          }

          @Override
          public void onFailure(Throwable failure) {
            failed(container, failure);
          }
        },
        this::onLoop);
  }

  private void onLoop(Runnable task) {
    context.loop().execute(() -> {
      if (!over) {
        task.run();
      }
    });
  }

  /** Sees what a call has done before anything else is asked of the container. */
  private void look(ContainerId container) {
    if (!(observed.get(container) instanceof ContainerStatus.Ended)) {
      unseen.add(container);
    }
    list();
  }

  private void answered(ContainerId container) {
    calling.remove(container);
    touchedAt.put(container, ++clock);
  }

  private void failed(ContainerId container, Throwable failure) {
    log.warn(
        "A call to the provider for container {} failed; the next one follows in {}",
        container,
        settings.retry(),
        failure);
    answered(container);
    retryAt.put(container, context.loop().nanoTime() + settings.retry().toNanos());
    // What the failed call has done all the same shows in the list.
    list();
    wake();
  }

  // What is seen.

  private void ended(ContainerEnd end) {
    if (over) {
      return;
    }
    log.info(
        "Container {} ended: {}{}{}",
        end.container(),
        end.reason(),
        end.exitCode().isPresent() ? ", exit code " + end.exitCode().getAsInt() : "",
        end.certified() ? ", certified" : "");
    observed.put(end.container(), new ContainerStatus.Ended(end));
    unseen.remove(end.container());
    touchedAt.put(end.container(), ++clock);
    wake();
  }

  private void list() {
    if (over) {
      return;
    }
    if (listing) {
      listAgain = true;
      return;
    }
    listing = true;
    listAgain = false;
    long begun = ++clock;
    Futures.addCallback(
        provider.list(),
        new FutureCallback<ImmutableList<ContainerStatus>>() {
          @Override
          public void onSuccess(@Nullable ImmutableList<ContainerStatus> result) {
            seen(Objects.requireNonNull(result), begun);
          }

          @Override
          public void onFailure(Throwable failure) {
            log.warn("The provider of {} does not list", context.paths().cluster(), failure);
            listing = false;
            relistAfter(settings.retry().toNanos());
          }
        },
        this::onLoop);
  }

  private void seen(List<ContainerStatus> result, long begun) {
    listing = false;
    TreeMap<ContainerId, ContainerStatus> now = new TreeMap<>();
    result.forEach(status -> now.put(status.container(), status));
    TreeSet<ContainerId> all = new TreeSet<>(observed.keySet());
    all.addAll(now.keySet());
    all.addAll(unseen);
    for (ContainerId container : all) {
      if (calling.contains(container) || touchedAt.getOrDefault(container, 0L) > begun) {
        continue;
      }
      unseen.remove(container);
      @Nullable ContainerStatus status = now.get(container);
      if (status == null) {
        observed.remove(container);
      } else {
        observed.put(container, status);
      }
    }
    touchedAt.keySet().removeIf(id -> !observed.containsKey(id) && !records.containsKey(id));
    retryAt.keySet().removeIf(id -> !observed.containsKey(id) && !records.containsKey(id));
    listed = true;
    wake();
    if (listAgain) {
      list();
    } else {
      relistAfter(settings.relist().toNanos());
    }
  }

  private void relistAfter(long nanos) {
    if (relist != null) {
      relist.cancel();
    }
    relist = context.loop().schedule(java.time.Duration.ofNanos(nanos), this::list);
  }

  private void wake() {
    context.wakeUp().run();
  }

  @Override
  public void close() {
    over = true;
    registration.close();
    if (relist != null) {
      relist.cancel();
    }
  }
}
