// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;

/**
 * What a participant publishes of the replicas in the report bucket of equal name.
 *
 * @param incarnation the incarnation that wrote it
 * @param q its sequence number: (incarnation, counter) in one, never restarts
 * @param groups per resource and partition number the attributes, if there are any
 */
public record AttributeBucket(
    long incarnation,
    long q,
    ImmutableSortedMap<ResourceKey, ImmutableSortedMap<Integer, Attributes>> groups) {}
