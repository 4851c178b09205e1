// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Something that might happen to a cluster, to be tried on a snapshot. Immutable and pure. */
public sealed interface Hypothesis {
  /**
   * The snapshot as it would be.
   *
   * @throws IllegalArgumentException if it names what the snapshot does not have, or has already
   */
  Snapshot applyTo(Snapshot snapshot);

  /**
   * An instance's process is lost.
   *
   * @param instance must be live
   */
  record InstanceLost(InstanceId instance) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      InstanceView known = SnapshotEdits.instance(snapshot, instance);
      if (known.live().isEmpty()) {
        throw new IllegalArgumentException(
            "instance " + instance + " is not live: it can't be lost");
      }
      return SnapshotEdits.with(snapshot, SnapshotEdits.withLive(known, Optional.empty()));
    }
  }

  /**
   * An instance comes up: a new one, or one that is configured and not live. One that is configured
   * takes the spec that is given here.
   *
   * @param spec what an administrator would say of it
   */
  record InstanceAdded(InstanceSpec spec) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      @Nullable InstanceView known = snapshot.instances().get(spec.id());
      if (known != null && known.live().isPresent()) {
        throw new IllegalArgumentException(
            "instance " + spec.id() + " is live already: it can't be added");
      }
      InstanceView base = known == null
          ? new InstanceView(
              spec.id(),
              Optional.empty(),
              Optional.empty(),
              ImmutableSortedMap.of(),
              ImmutableSortedMap.of())
          : known;
      LongStream seen = LongStream.concat(
          base.assignments().values().stream().mapToLong(b -> b.incarnation()),
          base.reports().values().stream().mapToLong(b -> b.incarnation()));
      OptionalLong last = seen.max();
      LiveInstance live = new LiveInstance(
          spec.id(),
          last.orElse(0) + 1,
          0,
          "hypothetical",
          0,
          Optional.empty(),
          "unknown",
          ImmutableSortedMap.of());
      return SnapshotEdits.with(
          snapshot, SnapshotEdits.withLive(SnapshotEdits.withSpec(base, spec), Optional.of(live)));
    }
  }

  /**
   * An instance is configured otherwise: its capacity, its zone, its operation.
   *
   * @param spec of an instance that is configured
   */
  record InstanceChanged(InstanceSpec spec) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      InstanceView known = SnapshotEdits.instance(snapshot, spec.id());
      return SnapshotEdits.with(snapshot, SnapshotEdits.withSpec(known, spec));
    }
  }

  /**
   * A resource is added.
   *
   * @param spec of a resource that is not there
   */
  record ResourceAdded(ResourceSpec spec) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      if (snapshot.resources().containsKey(spec.id())) {
        throw new IllegalArgumentException("resource " + spec.id() + " is there already");
      }
      long uid = 1
          + snapshot.resources().values().stream()
              .mapToLong(resource -> resource.key().uid())
              .max()
              .orElse(0);
      return SnapshotEdits.with(snapshot, new ResourceView(new ResourceKey(spec.id(), uid), spec));
    }
  }

  /**
   * A resource is configured otherwise.
   *
   * @param spec of a resource that is there
   */
  record ResourceChanged(ResourceSpec spec) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      ResourceView known = SnapshotEdits.resource(snapshot, spec.id());
      return SnapshotEdits.with(snapshot, new ResourceView(known.key(), spec));
    }
  }

  /**
   * A resource is deleted.
   *
   * @param resource one that is there
   */
  record ResourceDeleted(ResourceId resource) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      ResourceView known = SnapshotEdits.resource(snapshot, resource);
      return SnapshotEdits.with(
          snapshot,
          new ResourceView(known.key(), known.spec().toBuilder().deleting().build()));
    }
  }

  /**
   * The cluster is configured otherwise.
   *
   * @param spec what an administrator would say of it
   */
  record ClusterChanged(ClusterSpec spec) implements Hypothesis {
    @Override
    public Snapshot applyTo(Snapshot snapshot) {
      return snapshot.withSpec(spec);
    }
  }
}
