// SPDX-License-Identifier: Apache-2.0
package io.heddle.cluster;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Names;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.yaml.YamlMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a declaration, key by key. Confined to one reading. */
final class ClusterReader {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_REPLICAS = 10_000;

  private final StateModelReader models = new StateModelReader();
  private final List<InstanceSpec> participants = new ArrayList<>();
  private final Set<InstanceId> instances = new HashSet<>();
  private final List<ResourceSpec> resources = new ArrayList<>();
  private final Set<ResourceId> names = new HashSet<>();

  private ClusterReader() {}

  static ClusterDeclaration read(YamlMap root) {
    return new ClusterReader().cluster(root);
  }

  private ClusterDeclaration cluster(YamlMap root) {
    String name = root.parsed("clusterName", text -> Names.check("cluster", text));
    boolean autoJoin = root.optionalBool("autoJoinAllowed").orElse(false);
    root.maps("participants").forEach(this::participant);
    root.maps("resources").forEach(this::resource);
    root.done();
    return new ClusterDeclaration(
        name,
        autoJoin,
        ImmutableList.copyOf(participants),
        models.declared(),
        ImmutableList.copyOf(resources));
  }

  private void participant(YamlMap map) {
    Optional<String> host = map.optionalString("host");
    Optional<Integer> port = map.optional("port").map(value -> value.integer(1, MAX_PORT));
    InstanceId id = map.optionalParsed("name", InstanceId::of).orElseGet(() -> {
      if (host.isEmpty() || port.isEmpty()) {
        throw map.self().error("needs a name, or host and port");
      }
      return map.parsed("host", text -> InstanceId.of(text + "_" + port.get()));
    });
    if (!instances.add(id)) {
      throw map.self().error("participant " + id + " is there twice");
    }
    participants.add(InstanceSpec.of(id.name()));
  }

  private void resource(YamlMap map) {
    ResourceId id = map.parsed("name", ResourceId::of);
    if (!names.add(id)) {
      throw map.value("name").error("resource " + id + " is there twice");
    }
    YamlMap partitions = map.value("partitions").map();
    int count = partitions.integer("count", 1, ResourceSpec.MAX_PARTITIONS);
    int replicas = partitions.integer("replicas", 1, MAX_REPLICAS);
    StateModel model = models.model(map.value("stateModel").map(), map.optionalMap("constraints"));
    ResourceSpec.Builder spec =
        ResourceSpec.builder(id.name()).partitions(count).replicas(replicas).stateModel(model);
    map.optionalMap("rebalancer").ifPresent(r -> spec.mode(mode(r, count, replicas)));
    map.optionalParsed("instanceGroupTag", tag -> Names.check("tag", tag))
        .ifPresent(spec::instanceTag);
    resources.add(spec.build());
  }

  private enum Mode {
    FULL_AUTO,
    SEMI_AUTO,
    CUSTOMIZED,
    USER_DEFINED
  }

  private RebalanceMode mode(YamlMap map, int partitions, int replicas) {
    Mode mode = map.value("mode").oneOf(Mode.class);
    Optional<String> rebalancer = map.optionalString("class");
    if (rebalancer.isPresent() && mode != Mode.USER_DEFINED) {
      throw map.value("class").error("goes with the mode USER_DEFINED only");
    }
    return switch (mode) {
      case FULL_AUTO -> new RebalanceMode.FullAuto();
      case SEMI_AUTO -> lists(partitions, replicas);
      case CUSTOMIZED -> new RebalanceMode.Customized(ImmutableSortedMap.of());
      case USER_DEFINED -> new RebalanceMode.UserDefined(map.string("class"));
    };
  }

  /** Each partition begins one instance further on. */
  private RebalanceMode lists(int partitions, int replicas) {
    ImmutableSortedMap.Builder<Integer, ImmutableList<InstanceId>> lists =
        ImmutableSortedMap.naturalOrder();
    int length = Math.min(replicas, participants.size());
    for (int partition = 0; partition < partitions; partition++) {
      ImmutableList.Builder<InstanceId> list = ImmutableList.builder();
      for (int i = 0; i < length; i++) {
        list.add(participants.get((partition + i) % participants.size()).id());
      }
      lists.put(partition, list.build());
    }
    return new RebalanceMode.SemiAuto(lists.buildOrThrow());
  }
}
