// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Comparator;

/**
 * A resource's identity: what is deleted and created again under one name is something else.
 *
 * @param resource its name
 * @param uid the transaction that created its spec
 */
public record ResourceKey(ResourceId resource, long uid) implements Comparable<ResourceKey> {
  private static final Comparator<ResourceKey> ORDER =
      Comparator.comparing(ResourceKey::resource).thenComparingLong(ResourceKey::uid);

  @Override
  public int compareTo(ResourceKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return resource + "@" + uid;
  }
}
