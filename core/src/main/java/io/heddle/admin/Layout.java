// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Op;
import java.util.List;
import java.util.Set;

/**
 * The operations that lay out a cluster and its instances. Pure; immutable.
 *
 * @param paths the cluster
 * @param access who may do what
 */
record Layout(ClusterPaths paths, AccessControl access) {
  private static final byte[] NOTHING = new byte[0];

  /** Creates a znode that outlives its session. */
  Op create(String path, byte[] data) {
    return new Op.Create(path, data, Op.CreateMode.PERSISTENT, access.acl(paths, path));
  }

  /** Everything that a new cluster consists of, parents first. */
  ImmutableList<Op> cluster(Specs.Meta meta, long firstEpoch) {
    ImmutableList.Builder<Op> ops = ImmutableList.builder();
    ops.add(create(paths.root(), NOTHING));
    ops.add(create(paths.meta(), Specs.META.encode(meta)));
    ops.add(create(
        paths.epoch(), Specs.EPOCH.encode(new Specs.Epoch(firstEpoch, "nobody", "nowhere", 0))));
    ops.add(create(paths.spec(), Specs.CLUSTER.encode(ClusterSpec.DEFAULT)));
    ClusterPaths.CLUSTER_SECTIONS.forEach(s -> ops.add(create(paths.in(s), NOTHING)));
    ClusterPaths.INSTANCE_SECTIONS.forEach(s -> ops.add(create(paths.in(s), NOTHING)));
    return ops.build();
  }

  /** The znodes that an instance has, one in each section. */
  ImmutableList<String> sections(InstanceId instance) {
    return ClusterPaths.INSTANCE_SECTIONS.stream()
        .map(section -> paths.in(section, instance.name()))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Everything that a new instance consists of.
   *
   * @param existing those of {@link #sections} that are there already, from an instance that was
   *     removed: they are kept, so that incarnation numbers never restart
   */
  ImmutableList<Op> instance(InstanceSpec spec, Set<String> existing) {
    ImmutableList.Builder<Op> ops = ImmutableList.builder();
    ops.add(create(paths.instance(spec.id()), Specs.INSTANCE.encode(spec)));
    String incarnation = paths.incarnation(spec.id());
    for (String section : sections(spec.id())) {
      if (!existing.contains(section)) {
        byte[] data = section.equals(incarnation) ? Specs.COUNTER.encode(0L) : NOTHING;
        ops.add(create(section, data));
      }
    }
    return ops.build();
  }

  /** Refused if an incarnation of the instance lives: creates its ephemeral and deletes it. */
  List<Op> proofOfAbsence(InstanceId instance) {
    String live = paths.live(instance);
    return List.of(
        new Op.Create(live, NOTHING, Op.CreateMode.EPHEMERAL, access.acl(paths, live)),
        new Op.Delete(live, Op.ANY_VERSION));
  }

  /** Refused if a controller is in office. */
  List<Op> proofOfNoLeader() {
    String leader = paths.leader();
    return List.of(
        new Op.Create(leader, NOTHING, Op.CreateMode.EPHEMERAL, access.acl(paths, leader)),
        new Op.Delete(leader, Op.ANY_VERSION));
  }
}
