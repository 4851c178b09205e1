// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Group;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceKey;
import io.heddle.pipeline.Change;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Buckets;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.schema.TreeCache;
import io.heddle.store.Op;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says what each of Heddle's own changes writes. Confined to the controller's loop. */
final class ChangeRenderer {
  private final ClusterPaths paths;
  private final long epoch;
  private final TreeCache cache;
  private final ClusterState state;

  ChangeRenderer(ClusterPaths paths, long epoch, TreeCache cache, ClusterState state) {
    this.paths = paths;
    this.epoch = epoch;
    this.cache = cache;
    this.state = state;
  }

  /** Renders a change that is not an extension's. */
  void render(Change change, WriteBatch batch) {
    if (change instanceof Change.SetTarget set) {
      setTarget(set, batch);
    } else if (change instanceof Change.ForgetTarget forget) {
      forgetTarget(forget, batch);
    } else if (change instanceof Change.DropBucket drop) {
      batch.edit(
          paths.assignment(drop.instance(), drop.bucket()),
          BucketCodecs.ASSIGNMENT,
          bucket -> Optional.empty());
    } else if (change instanceof Change.CloseIncarnation close) {
      closeIncarnation(close, batch);
    } else if (change instanceof Change.RemoveResource remove) {
      removeResource(remove.resource(), batch);
    } else if (change instanceof Change.ProveGone gone) {
      batch.requireAbsent(paths.instance(gone.instance()), Op.CreateMode.PERSISTENT);
      batch.requireAbsent(paths.live(gone.instance()), Op.CreateMode.EPHEMERAL);
      batch.touch(paths.incarnation(gone.instance()), Specs.COUNTER);
    } else {
      throw new IllegalArgumentException("not a change of Heddle's own: " + change);
    }
  }

  private void setTarget(Change.SetTarget set, WriteBatch batch) {
    String bucket = Buckets.ofPartition(set.resource(), set.partition());
    long seen = state.seen(set.instance(), bucket, set.incarnation());
    batch.edit(paths.assignment(set.instance(), bucket), BucketCodecs.ASSIGNMENT, before -> {
      AssignmentBucket base = forIncarnation(before, set.incarnation());
      TreeMap<ResourceKey, Group> groups = new TreeMap<>(base.groups());
      @Nullable Group group = groups.get(set.resource());
      TreeMap<Integer, Target> targets =
          group == null ? new TreeMap<>() : new TreeMap<>(group.targets());
      targets.put(set.partition(), set.target());
      groups.put(
          set.resource(), new Group(set.stateModel(), ImmutableSortedMap.copyOfSorted(targets)));
      return Optional.of(new AssignmentBucket(
          epoch,
          set.incarnation(),
          Math.max(base.q(), set.target().q()),
          Math.max(base.a(), seen),
          ImmutableSortedMap.copyOfSorted(groups)));
    });
  }

  /** The bucket as it is, or an empty one if it is for another incarnation. */
  private AssignmentBucket forIncarnation(Optional<AssignmentBucket> before, long incarnation) {
    return before
        .filter(bucket -> bucket.incarnation() == incarnation)
        .orElse(new AssignmentBucket(epoch, incarnation, 0, 0, ImmutableSortedMap.of()));
  }

  private void forgetTarget(Change.ForgetTarget forget, WriteBatch batch) {
    String bucket = Buckets.ofPartition(forget.resource(), forget.partition());
    batch.edit(paths.assignment(forget.instance(), bucket), BucketCodecs.ASSIGNMENT, before -> {
      if (before.filter(b -> b.incarnation() == forget.incarnation()).isEmpty()) {
        return before;
      }
      AssignmentBucket base = before.get();
      TreeMap<ResourceKey, Group> groups = new TreeMap<>(base.groups());
      @Nullable Group group = groups.get(forget.resource());
      if (group == null) {
        return before;
      }
      TreeMap<Integer, Target> targets = new TreeMap<>(group.targets());
      targets.remove(forget.partition());
      if (targets.isEmpty()) {
        groups.remove(forget.resource());
      } else {
        groups.put(
            forget.resource(),
            new Group(group.stateModel(), ImmutableSortedMap.copyOfSorted(targets)));
      }
      return Optional.of(new AssignmentBucket(
          epoch, base.incarnation(), base.q(), base.a(), ImmutableSortedMap.copyOfSorted(groups)));
    });
  }

  private void closeIncarnation(Change.CloseIncarnation close, WriteBatch batch) {
    String counter = paths.incarnation(close.instance());
    Optional<CachedNode> node = cache.get(counter);
    long current = node.map(n -> n.decode(Specs.COUNTER) + n.stat().version())
        .orElseThrow(() -> new StaleDecisionException(counter + " is not there"));
    if (current != close.incarnation()) {
      throw new StaleDecisionException(
          close.instance() + " is at incarnation " + current + ", not " + close.incarnation());
    }
    batch.touch(counter, Specs.COUNTER);
    batch.<LiveInstance>edit(paths.live(close.instance()), Specs.LIVE, live -> {
      if (live.isEmpty()) {
        throw new StaleDecisionException(close.instance() + " is not live");
      }
      return Optional.empty();
    });
  }

  private void removeResource(ResourceKey key, WriteBatch batch) {
    String path = paths.resource(key.resource());
    if (cache.get(path).filter(node -> node.stat().czxid() == key.uid()).isEmpty()) {
      throw new StaleDecisionException(key + " is not there");
    }
    batch.edit(path, Specs.RESOURCE, spec -> Optional.empty());
  }
}
