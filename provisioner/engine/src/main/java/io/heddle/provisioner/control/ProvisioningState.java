// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.ContainerId;
import io.heddle.model.ResourceId;
import io.heddle.pipeline.SectionKey;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ServiceSpec;
import java.util.Optional;

/**
 * The provisioner's section of the snapshot. Immutable.
 *
 * @param services what services should have, by name
 * @param records what is on record, by container
 * @param unreadable names of services and containers whose document cannot be read: what is theirs
 *     stays as it is
 * @param sinceNanos since when, in this reign's monotonic time, each record is in its state
 * @param listed whether the provider has answered once in this reign: before that, what it runs is
 *     unknown, and nothing is asked of it
 * @param observed what the provider was seen to run
 * @param calling containers for which a call is under way, or was answered and is not seen yet
 * @param attempts how the last calls on containers went
 * @param listTrouble why the provider's list is not as new as it should be; empty if all is well
 */
public record ProvisioningState(
    ImmutableSortedMap<ResourceId, ServiceSpec> services,
    ImmutableSortedMap<ContainerId, ContainerRecord> records,
    ImmutableSortedSet<String> unreadable,
    ImmutableSortedMap<ContainerId, Long> sinceNanos,
    boolean listed,
    ImmutableSortedMap<ContainerId, ContainerStatus> observed,
    ImmutableSortedSet<ContainerId> calling,
    ImmutableSortedMap<ContainerId, CallAttempts> attempts,
    Optional<String> listTrouble) {
  /** Where it is in the snapshot. */
  public static final SectionKey<ProvisioningState> KEY =
      SectionKey.of("provisioning", ProvisioningState.class);
}
