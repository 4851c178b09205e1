// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.Names;
import java.net.URI;
import java.nio.file.Path;

/**
 * A workflow that belongs to an application. Immutable.
 *
 * @param name its name
 * @param yamlFile where it is described: a {@code file:} URI, or a path
 */
public record TaskConfig(String name, String yamlFile) {
  /** Checks the texts. */
  public TaskConfig {
    Names.check("workflow", name);
    if (yamlFile.isBlank()) {
      throw new IllegalArgumentException("workflow " + name + ": the YAML file is missing");
    }
    if (yamlFile.contains("://") && !yamlFile.startsWith("file://")) {
      throw new IllegalArgumentException("workflow " + name + ": '" + Names.printable(yamlFile)
          + "' must be a file: URI or a path");
    }
  }

  /**
   * The file.
   *
   * @param applicationSpec the file that names this workflow; relative paths start beside it
   * @throws IllegalArgumentException if it is no path
   */
  public Path resolve(Path applicationSpec) {
    return yamlFile.startsWith("file:")
        ? Path.of(URI.create(yamlFile))
        : applicationSpec.resolveSibling(yamlFile);
  }
}
