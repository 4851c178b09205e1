// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;

/**
 * A cluster at one moment, as rebalancers and target providers see it.
 *
 * @param name its name
 * @param nowMillis the controller's time, milliseconds since 1970, for comparisons with itself only
 * @param participants all instances by id
 * @param resources all resources by id
 */
public record Cluster(
    String name,
    long nowMillis,
    ImmutableSortedMap<InstanceId, Participant> participants,
    ImmutableSortedMap<ResourceId, ResourceSpec> resources) {}
