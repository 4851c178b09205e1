// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.google.common.hash.Hashing;
import io.heddle.model.Names;
import io.heddle.model.ResourceKey;
import java.nio.charset.StandardCharsets;

/** Which bucket something falls in. */
public final class Buckets {
  /** Number of buckets that entities are hashed into, per instance. */
  public static final int COUNT = 16;

  /** Partitions of one resource in one bucket. */
  public static final int PARTITIONS_PER_BUCKET = 2_048;

  private Buckets() {}

  /** The bucket of a partition: {@code {hash}-{partition / 2048}}. */
  public static String ofPartition(ResourceKey resource, int partition) {
    return hash(resource.resource().name(), resource.uid()) + "-"
        + partition / PARTITIONS_PER_BUCKET;
  }

  /** The hash of an entity, one hexadecimal digit. Stable over versions: it names znodes. */
  public static String hash(String name, long uid) {
    int hash = Hashing.murmur3_32_fixed()
        .newHasher()
        .putString(name, StandardCharsets.UTF_8)
        .putLong(uid)
        .hash()
        .asInt();
    return Integer.toHexString(Math.floorMod(hash, COUNT));
  }

  /** The directory of a name in a section that is spread: {@code 00} to {@code ff}. */
  public static String directory(String name) {
    Names.check("name", name);
    int hash =
        Hashing.murmur3_32_fixed().hashString(name, StandardCharsets.UTF_8).asInt();
    return String.format("%02x", hash & 0xff);
  }
}
