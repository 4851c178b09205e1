// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.Placer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.helix.ConfigAccessor;
import org.apache.helix.controller.dataproviders.ResourceControllerDataProvider;
import org.apache.helix.controller.rebalancer.DelayedAutoRebalancer;
import org.apache.helix.controller.rebalancer.strategy.AutoRebalanceStrategy;
import org.apache.helix.controller.rebalancer.strategy.CrushEdRebalanceStrategy;
import org.apache.helix.controller.rebalancer.waged.WagedRebalancer;
import org.apache.helix.model.BuiltInStateModelDefinitions;
import org.apache.helix.model.ClusterConfig;
import org.apache.helix.model.IdealState;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.model.ResourceAssignment;
import org.apache.helix.model.ResourceConfig;
import org.apache.helix.util.HelixUtil;
import org.jspecify.annotations.Nullable;

/**
 * Helix's rebalancers, through its own entry points for placement without a cluster. A placement is
 * a map of partitions to instances to states. Confined to the thread that does the work.
 */
final class HelixPlacer implements Placer<Map<String, Map<String, String>>> {
  private static final String INSTANCE = "node_";
  private static final String CAPACITY = "UNITS";

  /** Which of them. */
  enum Strategy {
    CRUSHED,
    AUTO,
    WAGED
  }

  private final Strategy strategy;
  private final String connectString;
  private final ClusterConfig cluster = new ClusterConfig("bench");
  private final List<InstanceConfig> instances = new ArrayList<>();
  private final IdealState resource = new IdealState("db");
  private final List<String> partitions;
  private final int replicas;

  HelixPlacer(
      Strategy strategy,
      String connectString,
      int instances,
      int zones,
      int partitions,
      int replicas) {
    this.strategy = strategy;
    this.connectString = connectString;
    this.replicas = replicas;
    this.partitions = IntStream.range(0, partitions)
        .mapToObj(p -> HelixReplicas.partition("db", p))
        .toList();
    cluster.setTopologyAwareEnabled(true);
    cluster.setTopology("/zone/instance");
    cluster.setFaultZoneType("zone");
    cluster.setInstanceCapacityKeys(List.of(CAPACITY));
    cluster.setDefaultInstanceCapacityMap(
        Map.of(CAPACITY, 2 * (1 + partitions * replicas / instances)));
    cluster.setDefaultPartitionWeightMap(Map.of(CAPACITY, 1));
    for (int i = 0; i < instances; i++) {
      InstanceConfig config = new InstanceConfig(INSTANCE + i);
      config.setDomain("zone=zone-" + i % zones + ",instance=" + INSTANCE + i);
      this.instances.add(config);
    }
    resource.setNumPartitions(partitions);
    resource.setReplicas(String.valueOf(replicas));
    resource.setStateModelDefRef("MasterSlave");
    resource.setRebalanceMode(IdealState.RebalanceMode.FULL_AUTO);
    resource.setRebalancerClassName(
        strategy == Strategy.WAGED
            ? WagedRebalancer.class.getName()
            : DelayedAutoRebalancer.class.getName());
    this.partitions.forEach(partition -> resource.setPreferenceList(partition, List.of()));
    if (strategy == Strategy.WAGED) {
      storeCluster();
    }
  }

  /** WAGED looks up in ZooKeeper what was there before. */
  private void storeCluster() {
    BenchCluster stored = new BenchCluster(connectString, cluster.getClusterName());
    ConfigAccessor configs =
        new ConfigAccessor.Builder().setZkAddress(connectString).build();
    configs.setClusterConfig(stored.name, cluster);
    configs.close();
  }

  @Override
  public Supplier<Map<String, Map<String, String>>> prepare(
      @Nullable Map<String, Map<String, String>> before, int lost) {
    List<String> live = IntStream.range(0, instances.size())
        .filter(i -> i != lost)
        .mapToObj(i -> INSTANCE + i)
        // Helix changes it.
        .collect(Collectors.toCollection(ArrayList::new));
    Map<String, Map<String, String>> running = running(before == null ? Map.of() : before, lost);
    return switch (strategy) {
      case CRUSHED -> () -> crushEd(live);
      case AUTO -> () -> auto(live, running);
      case WAGED -> () -> waged(live);
    };
  }

  /** What still runs of a placement. */
  private static Map<String, Map<String, String>> running(
      Map<String, Map<String, String>> placement, int lost) {
    Map<String, Map<String, String>> running = new LinkedHashMap<>();
    placement.forEach((partition, states) -> {
      Map<String, String> row = new LinkedHashMap<>(states);
      row.remove(INSTANCE + lost);
      running.put(partition, row);
    });
    return running;
  }

  private Map<String, Map<String, String>> crushEd(List<String> live) {
    try {
      return HelixUtil.getIdealAssignmentForFullAuto(
          cluster, instances, live, resource, partitions, CrushEdRebalanceStrategy.class.getName());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Helix lacks its own strategy", e);
    }
  }

  private Map<String, Map<String, String>> auto(
      List<String> live, Map<String, Map<String, String>> previous) {
    LinkedHashMap<String, Integer> states = new LinkedHashMap<>();
    states.put("MASTER", 1);
    states.put("SLAVE", replicas - 1);
    AutoRebalanceStrategy auto = new AutoRebalanceStrategy();
    auto.init("db", partitions, states, Integer.MAX_VALUE);
    List<String> all = instances.stream().map(InstanceConfig::getInstanceName).toList();
    ResourceControllerDataProvider data = new ResourceControllerDataProvider();
    data.setStateModelDefMap(Map.of(
        resource.getStateModelDefRef(),
        BuiltInStateModelDefinitions.MasterSlave.getStateModelDefinition()));
    data.setIdealStates(List.of(resource));
    data.setClusterConfig(cluster);
    Map<String, List<String>> lists =
        auto.computePartitionAssignment(all, live, previous, data).getListFields();
    Map<String, Map<String, String>> placement = new LinkedHashMap<>();
    lists.forEach((partition, list) -> {
      Map<String, String> row = new LinkedHashMap<>();
      list.forEach(instance -> row.put(instance, row.isEmpty() ? "MASTER" : "SLAVE"));
      placement.put(partition, row);
    });
    return placement;
  }

  private Map<String, Map<String, String>> waged(List<String> live) {
    ResourceAssignment assignment = Objects.requireNonNull(
        HelixUtil.getTargetAssignmentForWagedFullAuto(
                connectString,
                cluster,
                instances,
                live,
                List.of(resource),
                List.of(new ResourceConfig("db")))
            .get("db"),
        "WAGED has no answer");
    Map<String, Map<String, String>> placement = new LinkedHashMap<>();
    assignment
        .getMappedPartitions()
        .forEach(partition ->
            placement.put(partition.getPartitionName(), assignment.getReplicaMap(partition)));
    return placement;
  }

  @Override
  public int[][] read(Map<String, Map<String, String>> placement) {
    return partitions.stream()
        .map(partition -> {
          Set<Map.Entry<String, String>> row =
              placement.getOrDefault(partition, Map.of()).entrySet();
          return row.stream()
              .sorted((a, b) ->
                  Boolean.compare(b.getValue().equals("MASTER"), a.getValue().equals("MASTER")))
              .mapToInt(entry -> Integer.parseInt(entry.getKey().substring(INSTANCE.length())))
              .toArray();
        })
        .toArray(int[][]::new);
  }
}
