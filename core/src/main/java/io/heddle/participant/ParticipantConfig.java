// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.ResourceId;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.SessionOptions;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a participant was built with. Immutable.
 *
 * @param paths the cluster's znodes
 * @param instance the instance
 * @param session how sessions are opened
 * @param access who may do what with the znodes that it creates
 * @param host the host name, for people
 * @param process the process id
 * @param version the version of Heddle, for people
 * @param container the container start that this process is, if it is one
 * @param capacity what it offers, where that differs from its spec
 * @param abilities what it can do, by kind
 * @param callbackThreads most callbacks at a time
 * @param bindings the handlers by state model
 * @param resourceBindings the handlers of resources that have their own
 * @param extensions what else it does
 * @param blockedAfter how long callbacks of an old incarnation may hold up the next
 * @param onBlocked run once when they hold it up longer
 */
record ParticipantConfig(
    ClusterPaths paths,
    InstanceId instance,
    SessionOptions session,
    AccessControl access,
    String host,
    long process,
    String version,
    Optional<ContainerStart> container,
    ImmutableSortedMap<String, Long> capacity,
    ImmutableSortedMap<String, ImmutableSortedSet<String>> abilities,
    int callbackThreads,
    ImmutableMap<String, HandlerBinding> bindings,
    ImmutableMap<ResourceId, HandlerBinding> resourceBindings,
    ImmutableList<ParticipantExtension> extensions,
    Duration blockedAfter,
    Runnable onBlocked) {

  /** The handlers of a resource under a state model, if there are any. */
  Optional<HandlerBinding> binding(ResourceId resource, String model) {
    @Nullable HandlerBinding own = resourceBindings.get(resource);
    if (own != null && own.model().name().equals(model)) {
      return Optional.of(own);
    }
    return Optional.ofNullable(bindings.get(model));
  }

  /** {@code orders/DB-1}, for messages. */
  String who() {
    return paths.cluster() + "/" + instance;
  }
}
