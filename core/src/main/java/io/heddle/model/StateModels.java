// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;

/** The state models that every cluster knows. */
public final class StateModels {
  /** One MASTER, the other replicas SLAVE. */
  public static final StateModel MASTER_SLAVE = StateModel.builder("MasterSlave")
      .state("MASTER", Bound.of(1))
      .state("SLAVE", new Bound.Replicas())
      .state("OFFLINE", new Bound.Unlimited())
      .initialState("OFFLINE")
      .transition("MASTER", "SLAVE")
      .transition("SLAVE", "MASTER")
      .transition("OFFLINE", "SLAVE")
      .transition("SLAVE", "OFFLINE")
      .transition("OFFLINE", StateModel.DROPPED)
      .build();

  /** One LEADER, the other replicas STANDBY. */
  public static final StateModel LEADER_STANDBY = StateModel.builder("LeaderStandby")
      .state("LEADER", Bound.of(1))
      .state("STANDBY", new Bound.Replicas())
      .state("OFFLINE", new Bound.Unlimited())
      .initialState("OFFLINE")
      .transition("LEADER", "STANDBY")
      .transition("STANDBY", "LEADER")
      .transition("OFFLINE", "STANDBY")
      .transition("STANDBY", "OFFLINE")
      .transition("OFFLINE", StateModel.DROPPED)
      .build();

  /** All replicas ONLINE. */
  public static final StateModel ONLINE_OFFLINE = StateModel.builder("OnlineOffline")
      .state("ONLINE", new Bound.Replicas())
      .state("OFFLINE", new Bound.Unlimited())
      .initialState("OFFLINE")
      .transition("OFFLINE", "ONLINE")
      .transition("ONLINE", "OFFLINE")
      .transition("OFFLINE", StateModel.DROPPED)
      .build();

  /** All replicas ONLINE, each after it has been through BOOTSTRAP. */
  public static final StateModel ONLINE_OFFLINE_WITH_BOOTSTRAP = StateModel.builder(
          "OnlineOfflineWithBootstrap")
      .state("ONLINE", new Bound.Replicas())
      .state("BOOTSTRAP", new Bound.Unlimited())
      .state("OFFLINE", new Bound.Unlimited())
      .initialState("OFFLINE")
      .transition("OFFLINE", "BOOTSTRAP")
      .transition("BOOTSTRAP", "ONLINE")
      .transition("ONLINE", "OFFLINE")
      .transition("BOOTSTRAP", "OFFLINE")
      .transition("OFFLINE", StateModel.DROPPED)
      .build();

  /**
   * A MASTER on as many instances as there are replicas, up to all: for what every instance has a
   * whole copy of. No MASTER excludes another, so none is fenced.
   */
  public static final StateModel STORAGE_SCHEMATA = StateModel.builder("StorageSchemata")
      .state("MASTER", new Bound.LiveInstances())
      .state("OFFLINE", new Bound.Unlimited())
      .initialState("OFFLINE")
      .transition("MASTER", "OFFLINE")
      .transition("OFFLINE", "MASTER")
      .transition("OFFLINE", StateModel.DROPPED)
      .build();

  /** The built-in models by name. */
  public static final ImmutableMap<String, StateModel> BUILT_IN = ImmutableSortedMap.of(
      MASTER_SLAVE.name(), MASTER_SLAVE,
      LEADER_STANDBY.name(), LEADER_STANDBY,
      ONLINE_OFFLINE.name(), ONLINE_OFFLINE,
      ONLINE_OFFLINE_WITH_BOOTSTRAP.name(), ONLINE_OFFLINE_WITH_BOOTSTRAP,
      STORAGE_SCHEMATA.name(), STORAGE_SCHEMATA);

  private StateModels() {}
}
