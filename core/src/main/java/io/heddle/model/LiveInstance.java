// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running participant says of itself when it registers.
 *
 * @param id the instance
 * @param incarnation its incarnation number: one ZooKeeper session of its process
 * @param session the ZooKeeper session
 * @param host the host name, for people
 * @param process the process id
 * @param container the container start that it runs in, if it runs in one
 * @param version the version of Heddle that it runs
 * @param capacity what it offers of each dimension, where that differs from its spec
 * @param abilities what it can do, by kind, such as the commands whose tasks it runs; a kind that
 *     is not there was not announced, which says nothing
 * @param leaving whether it is stopping and wants to hand everything over first, as if the operator
 *     evacuated it
 */
public record LiveInstance(
    InstanceId id,
    long incarnation,
    long session,
    String host,
    long process,
    Optional<ContainerStart> container,
    String version,
    ImmutableSortedMap<String, Long> capacity,
    ImmutableSortedMap<String, ImmutableSortedSet<String>> abilities,
    boolean leaving) {

  /** One that announces no abilities. */
  public LiveInstance(
      InstanceId id,
      long incarnation,
      long session,
      String host,
      long process,
      Optional<ContainerStart> container,
      String version,
      ImmutableSortedMap<String, Long> capacity,
      boolean leaving) {
    this(
        id,
        incarnation,
        session,
        host,
        process,
        container,
        version,
        capacity,
        ImmutableSortedMap.of(),
        leaving);
  }

  /** One that announces no abilities and stays. */
  public LiveInstance(
      InstanceId id,
      long incarnation,
      long session,
      String host,
      long process,
      Optional<ContainerStart> container,
      String version,
      ImmutableSortedMap<String, Long> capacity) {
    this(id, incarnation, session, host, process, container, version, capacity, false);
  }

  /** The same, on its way out. */
  public LiveInstance withLeaving() {
    return new LiveInstance(
        id, incarnation, session, host, process, container, version, capacity, abilities, true);
  }

  /**
   * Whether it can do something: so it announced, or it announced nothing of that kind.
   *
   * @param kind the kind of ability
   * @param name what it is to be able to do
   */
  public boolean can(String kind, String name) {
    @Nullable ImmutableSortedSet<String> announced = abilities.get(kind);
    return announced == null || announced.contains(name);
  }

  /**
   * One start of a container: what a certificate of its end names.
   *
   * @param container the container
   * @param startId distinguishes the starts of one container
   */
  public record ContainerStart(ContainerId container, String startId) {
    @Override
    public String toString() {
      return container + "#" + startId;
    }
  }
}
