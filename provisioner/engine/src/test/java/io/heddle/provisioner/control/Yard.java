// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Maps;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.ClusterSpec;
import io.heddle.model.ContainerId;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.Pipeline;
import io.heddle.pipeline.Plan;
import io.heddle.pipeline.ResourceView;
import io.heddle.pipeline.Sections;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Stage;
import io.heddle.pipeline.UnfinishedWork;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.FixedTargetProvider;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.TargetProvider;
import io.heddle.rebalance.Rebalancers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Containers as values: plans are applied to it, and the provider does what the test says. */
final class Yard {
  static final ResourceId DB = ResourceId.of("DB");

  final TreeMap<ResourceId, ServiceSpec> services = new TreeMap<>();
  final TreeMap<ContainerId, ContainerRecord> records = new TreeMap<>();
  final TreeSet<String> unreadable = new TreeSet<>();
  java.util.function.Function<ServiceSpec, TargetProvider> targets =
      spec -> new FixedTargetProvider(ImmutableList.of(spec));
  final TreeMap<ContainerId, ContainerStatus> observed = new TreeMap<>();
  final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  final TreeMap<InstanceId, AssignmentBucket> assignments = new TreeMap<>();
  final List<Change.CloseIncarnation> closed = new ArrayList<>();
  final List<Request> calls = new ArrayList<>();
  final TreeSet<ContainerId> calling = new TreeSet<>();
  final TreeMap<ContainerId, CallAttempts> attempts = new TreeMap<>();
  final TreeMap<InstanceId, Integer> tasks = new TreeMap<>();
  final TreeMap<ResourceId, ResourceSpec> resources = new TreeMap<>();
  Consumer<ContainerRecord> onPut = record -> {};
  Optional<String> listTrouble = Optional.empty();
  private final TreeMap<ContainerId, Long> since = new TreeMap<>();
  private final Pipeline pipeline = new Pipeline(
      Rebalancers.builtIn(),
      ImmutableListMultimap.of(
          Stage.Phase.MEMBERSHIP,
          new ContainerMembership(),
          Stage.Phase.WORKFLOWS,
          draft -> draft.with(UnfinishedWork.KEY, UnfinishedWork.NONE.plus(tasks)),
          Stage.Phase.PROVISIONING,
          new ProvisioningStage(spec -> targets.apply(spec), ProvisioningSettings.DEFAULT)));
  boolean listed = true;
  private long nanos;
  private long counter = 1;
  private long incarnations;

  void want(int containers) {
    services.put(
        DB,
        ServiceSpec.builder("DB", "Main").containers(containers).memoryMb(64).build());
  }

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  Plan plan() {
    return pipeline.plan(snapshot());
  }

  private static ResourceKey key(ResourceSpec spec) {
    return new ResourceKey(spec.id(), 1);
  }

  private Snapshot snapshot() {
    TreeMap<InstanceId, InstanceView> instances = new TreeMap<>();
    for (ContainerRecord container : records.values()) {
      InstanceId id = container.spec().participant();
      instances.put(
          id,
          new InstanceView(
              id,
              Optional.of(InstanceSpec.builder(id.name()).tag("DB").build()),
              Optional.ofNullable(live.get(id)),
              assignments.containsKey(id)
                  ? ImmutableSortedMap.of("b", Objects.requireNonNull(assignments.get(id)))
                  : ImmutableSortedMap.of(),
              ImmutableSortedMap.of()));
    }
    return new Snapshot(
        "c",
        1,
        counter,
        0,
        nanos,
        ClusterSpec.DEFAULT,
        ImmutableSortedMap.copyOfSorted(instances),
        ImmutableSortedMap.copyOfSorted(
            Maps.transformValues(resources, spec -> new ResourceView(key(spec), spec))),
        ImmutableSortedMap.copyOf(StateModels.BUILT_IN),
        ImmutableSortedSet.of(),
        ImmutableSortedMap.of(),
        ImmutableList.of(),
        Sections.EMPTY.with(
            ProvisioningState.KEY,
            new ProvisioningState(
                ImmutableSortedMap.copyOfSorted(services),
                ImmutableSortedMap.copyOfSorted(records),
                ImmutableSortedSet.copyOfSorted(unreadable),
                ImmutableSortedMap.copyOfSorted(since),
                listed,
                ImmutableSortedMap.copyOfSorted(observed),
                ImmutableSortedSet.copyOfSorted(calling),
                ImmutableSortedMap.copyOfSorted(attempts),
                listTrouble)));
  }

  /** Plans once and applies; tells whether anything was decided. */
  boolean step() {
    Plan plan = plan();
    counter = plan.counter();
    boolean decided = false;
    for (Decision decision : plan.decisions()) {
      for (Change change : decision.changes()) {
        if (change instanceof Change.CloseIncarnation close) {
          decided = true;
          closed.add(close);
          live.remove(close.instance());
        } else if (change instanceof Change.OfExtension own) {
          decided = true;
          apply((Request) own.request());
        }
      }
    }
    return decided;
  }

  private void apply(Request request) {
    if (request instanceof Request.Put put) {
      onPut.accept(put.record());
      ContainerRecord before = records.put(put.record().id(), put.record());
      if (before == null
          || before.state() != put.record().state()
          || before.draining() != put.record().draining()) {
        since.put(put.record().id(), nanos);
      }
    } else if (request instanceof Request.Remove remove) {
      records.remove(remove.container());
    } else {
      calls.add(request);
    }
  }

  /** The provider does what it was asked, and started processes register. */
  void obey() {
    for (Request call : List.copyOf(calls)) {
      if (call instanceof Request.Allocate allocate) {
        ContainerId id = allocate.spec().id();
        observed.putIfAbsent(id, new ContainerStatus.Allocated(id));
      } else if (call instanceof Request.Start start) {
        run(start.spec().id(), start.spec().participant());
      } else if (call instanceof Request.Stop stop) {
        if (observed.get(stop.container()) instanceof ContainerStatus.Running running) {
          end(running.start(), ContainerEnd.Reason.KILLED_BY_US);
        }
      } else if (call instanceof Request.Deallocate deallocate) {
        observed.remove(deallocate.container());
      }
    }
    calls.clear();
  }

  private void run(ContainerId id, InstanceId participant) {
    ContainerStart start = new ContainerStart(id, "s1");
    observed.put(id, new ContainerStatus.Running(start));
    live.put(
        participant,
        new LiveInstance(
            participant,
            ++incarnations,
            1,
            "h",
            1,
            Optional.of(start),
            "1",
            ImmutableSortedMap.of(),
            false));
  }

  void end(ContainerStart start, ContainerEnd.Reason reason) {
    observed.put(
        start.container(),
        new ContainerStatus.Ended(new ContainerEnd(start, true, OptionalInt.of(137), reason, "")));
  }

  /** The process of an instance is killed, and its provider saw it end. */
  ContainerStart kill(String instance) {
    ContainerStart start =
        Objects.requireNonNull(live.get(InstanceId.of(instance))).container().orElseThrow();
    end(start, ContainerEnd.Reason.EXITED);
    return start;
  }

  /** Everybody does all there is to do. */
  void settle() {
    for (int round = 0; round < 50; round++) {
      boolean decided = step();
      if (!decided && calls.isEmpty()) {
        return;
      }
      obey();
    }
    throw new AssertionError("does not settle: " + plan());
  }

  /** States by container. */
  Map<String, String> states() {
    TreeMap<String, String> states = new TreeMap<>();
    records.forEach((id, container) -> states.put(id.name(), container.state().name()));
    return states;
  }
}
