// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;

/**
 * A resource in the snapshot.
 *
 * @param key its identity
 * @param spec what an administrator says of it
 */
public record ResourceView(ResourceKey key, ResourceSpec spec) {}
