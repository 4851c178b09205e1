// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.pipeline.Rehearsal.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Participants that do at once what they are told: from a snapshot and decisions to the next
 * snapshot. Pure.
 *
 * @param snapshot after everybody did what was decided
 * @param steps the transitions that it took
 */
record ObedientCluster(Snapshot snapshot, ImmutableList<Step> steps) {
  /** Where a target goes of which there is no bucket yet. */
  private static final String NEW_BUCKET = "rehearsal";

  static ObedientCluster carryOut(Snapshot snapshot, List<Decision> decisions) {
    Writer writer = new Writer(snapshot);
    for (Decision decision : decisions) {
      decision.changes().forEach(writer::apply);
    }
    return writer.obeyed();
  }

  /** One instance's assignments while they are edited. */
  private static final class Desk {
    private final TreeMap<String, Draft> drafts = new TreeMap<>();

    Desk(InstanceView view) {
      view.assignments().forEach((name, bucket) -> drafts.put(name, new Draft(bucket)));
    }

    void put(Change.SetTarget set, long epoch) {
      Draft draft = drafts.values().stream()
          .filter(d -> d.incarnation == set.incarnation() && d.has(set.resource(), set.partition()))
          .findFirst()
          .orElseGet(() -> newBucket(set.incarnation(), epoch));
      draft.put(set);
    }

    private Draft newBucket(long incarnation, long epoch) {
      @Nullable Draft known = drafts.get(NEW_BUCKET);
      if (known != null && known.incarnation == incarnation) {
        return known;
      }
      Draft fresh =
          new Draft(new AssignmentBucket(epoch, incarnation, 0, 0, ImmutableSortedMap.of()));
      drafts.put(NEW_BUCKET, fresh);
      return fresh;
    }

    void forget(Change.ForgetTarget forget) {
      for (Draft draft : drafts.values()) {
        if (draft.incarnation == forget.incarnation()) {
          draft.forget(forget);
        }
      }
    }

    ImmutableSortedMap<String, AssignmentBucket> done() {
      ImmutableSortedMap.Builder<String, AssignmentBucket> buckets =
          ImmutableSortedMap.naturalOrder();
      drafts.forEach((name, draft) -> buckets.put(name, draft.done()));
      return buckets.buildOrThrow();
    }
  }

  /** One bucket while it is edited. */
  private static final class Draft {
    private final AssignmentBucket before;
    private final long incarnation;
    private final TreeMap<ResourceKey, TreeMap<Integer, Target>> targets = new TreeMap<>();
    private final TreeMap<ResourceKey, String> models = new TreeMap<>();
    private long q;

    Draft(AssignmentBucket before) {
      this.before = before;
      this.incarnation = before.incarnation();
      this.q = before.q();
      before.groups().forEach((key, group) -> {
        targets.put(key, new TreeMap<>(group.targets()));
        models.put(key, group.stateModel());
      });
    }

    boolean has(ResourceKey key, int partition) {
      @Nullable TreeMap<Integer, Target> group = targets.get(key);
      return group != null && group.containsKey(partition);
    }

    void put(Change.SetTarget set) {
      targets
          .computeIfAbsent(set.resource(), key -> new TreeMap<>())
          .put(set.partition(), set.target());
      models.put(set.resource(), set.stateModel());
      q = Math.max(q, set.target().q());
    }

    void forget(Change.ForgetTarget forget) {
      @Nullable TreeMap<Integer, Target> group = targets.get(forget.resource());
      if (group != null) {
        group.remove(forget.partition());
      }
    }

    AssignmentBucket done() {
      ImmutableSortedMap.Builder<ResourceKey, AssignmentBucket.Group> groups =
          ImmutableSortedMap.naturalOrder();
      targets.forEach((key, group) -> {
        if (!group.isEmpty()) {
          groups.put(
              key,
              new AssignmentBucket.Group(
                  Objects.requireNonNull(models.get(key)), ImmutableSortedMap.copyOfSorted(group)));
        }
      });
      return new AssignmentBucket(
          before.epoch(), incarnation, q, before.a(), groups.buildOrThrow());
    }
  }

  /** What is collected while decisions are carried out; used once. */
  private static final class Writer {
    private final Snapshot before;
    private final TreeMap<InstanceId, InstanceView> instances;
    private final TreeMap<ResourceId, ResourceView> resources;
    private final TreeMap<InstanceId, Desk> desks = new TreeMap<>();
    private final List<Step> steps = new ArrayList<>();

    Writer(Snapshot before) {
      this.before = before;
      this.instances = new TreeMap<>(before.instances());
      this.resources = new TreeMap<>(before.resources());
    }

    void apply(Change change) {
      if (change instanceof Change.SetTarget set) {
        desk(set.instance()).put(set, before.epoch());
      } else if (change instanceof Change.ForgetTarget forget) {
        desk(forget.instance()).forget(forget);
      } else if (change instanceof Change.DropBucket drop) {
        desk(drop.instance()).drafts.remove(drop.bucket());
      } else if (change instanceof Change.CloseIncarnation close) {
        instances.computeIfPresent(
            close.instance(), (id, view) -> SnapshotEdits.withLive(view, Optional.empty()));
      } else if (change instanceof Change.RemoveResource remove) {
        resources.remove(remove.resource().resource());
      }
      // What extensions do is not rehearsed.
    }

    private Desk desk(InstanceId instance) {
      return desks.computeIfAbsent(
          instance, id -> new Desk(SnapshotEdits.instance(before, instance)));
    }

    ObedientCluster obeyed() {
      desks.forEach((id, desk) -> instances.computeIfPresent(
          id,
          (same, view) -> new InstanceView(
              id, view.spec(), view.live(), view.unclear(), desk.done(), view.reports())));
      instances.replaceAll((id, view) -> obey(view));
      return new ObedientCluster(
          before
              .withInstances(ImmutableSortedMap.copyOfSorted(instances))
              .withResources(ImmutableSortedMap.copyOfSorted(resources)),
          ImmutableList.copyOf(steps));
    }

    private InstanceView obey(InstanceView view) {
      if (view.live().isEmpty()) {
        return view;
      }
      long incarnation = view.live().get().incarnation();
      TreeMap<String, ReportBucket> reports = new TreeMap<>(view.reports());
      view.assignments().forEach((name, bucket) -> {
        @Nullable ReportBucket last = reports.get(name);
        if (bucket.incarnation() == incarnation && !isAtRest(bucket, last)) {
          reports.put(name, report(view, incarnation, bucket, last));
        }
      });
      return new InstanceView(
          view.id(),
          view.spec(),
          view.live(),
          view.unclear(),
          view.assignments(),
          ImmutableSortedMap.copyOfSorted(reports));
    }

    private static boolean isAtRest(AssignmentBucket bucket, @Nullable ReportBucket last) {
      return last != null
          && last.incarnation() == bucket.incarnation()
          && last.s() >= bucket.q()
          && last.groups().values().stream()
              .flatMap(group -> group.replicas().values().stream())
              .allMatch(replica -> replica.inFlight().isEmpty());
    }

    private ReportBucket report(
        InstanceView view, long incarnation, AssignmentBucket bucket, @Nullable ReportBucket last) {
      boolean own = last != null && last.incarnation() == incarnation;
      ImmutableSortedMap.Builder<ResourceKey, ReportBucket.Group> groups =
          ImmutableSortedMap.naturalOrder();
      bucket.groups().forEach((key, group) -> {
        TreeMap<Integer, ReplicaState> replicas = new TreeMap<>();
        group.targets().forEach((partition, target) -> {
          Optional<ReplicaState> was =
              own && last != null ? last.replica(key, partition) : Optional.empty();
          arrive(view.id(), key, partition, group.stateModel(), target, was)
              .ifPresent(state -> replicas.put(partition, state));
        });
        if (!replicas.isEmpty()) {
          groups.put(
              key,
              new ReportBucket.Group(
                  group.stateModel(), ImmutableSortedMap.copyOfSorted(replicas)));
        }
      });
      long q = own && last != null ? last.q() + 1 : io.heddle.model.Token.of(incarnation, 1);
      return new ReportBucket(incarnation, q, bucket.q(), groups.buildOrThrow());
    }

    private Optional<ReplicaState> arrive(
        InstanceId instance,
        ResourceKey key,
        int partition,
        String modelName,
        Target target,
        Optional<ReplicaState> was) {
      boolean dropped = target.state().equals(StateModel.DROPPED);
      @Nullable StateModel model = before.stateModels().get(modelName);
      if (model == null || (dropped && was.isEmpty())) {
        return was;
      }
      if (was.filter(state -> state.state().equals(StateModel.ERROR)).isPresent()
          && !dropped
          && !target.state().equals(model.initialState())) {
        return was;
      }
      String from = was.map(ReplicaState::state).orElse(model.initialState());
      walk(new PartitionId(key.resource(), partition), instance, model, from, target, was);
      return dropped
          ? Optional.empty()
          : Optional.of(ReplicaState.of(target.state(), target.token()));
    }

    private void walk(
        PartitionId partition,
        InstanceId instance,
        StateModel model,
        String from,
        Target target,
        Optional<ReplicaState> was) {
      if (was.isEmpty() && from.equals(target.state())) {
        steps.add(new Step(partition, instance, from, from, true));
        return;
      }
      String state = from;
      while (!state.equals(target.state())) {
        String next = model.next(state, target.state()).orElse(target.state());
        steps.add(new Step(partition, instance, state, next, was.isEmpty()));
        state = next;
      }
    }
  }
}
