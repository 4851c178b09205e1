// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the server needs and ZooKeeper's POM leaves out. Without these it would start, accept
 * connections, and serve nobody, silently.
 */
final class RequiredArtifacts {
  private static final Map<String, String> CLASS_OF_ARTIFACT = new LinkedHashMap<>();

  static {
    CLASS_OF_ARTIFACT.put("io.dropwizard.metrics:metrics-core", "com.codahale.metrics.Reservoir");
    CLASS_OF_ARTIFACT.put("org.xerial.snappy:snappy-java", "org.xerial.snappy.SnappyInputStream");
  }

  private RequiredArtifacts() {}

  /**
   * Checks that all are there.
   *
   * @throws IllegalStateException naming the first that is not
   */
  static void check(ClassLoader loader) {
    CLASS_OF_ARTIFACT.forEach((artifact, type) -> {
      try {
        Class.forName(type, false, loader);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(
            "The embedded ZooKeeper server needs %s on the class path: it has no %s"
                .formatted(artifact, type),
            e);
      }
    });
  }
}
