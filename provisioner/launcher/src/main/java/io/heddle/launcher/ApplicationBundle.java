// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import com.google.common.collect.ImmutableList;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.provisioner.TaskConfig;
import io.heddle.task.WorkflowSpec;
import io.heddle.yaml.YamlError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An application together with the workflows that its {@code taskConfigs} name. Immutable.
 *
 * @param spec its services and resources
 * @param workflows its workflows, in the order in which they are submitted
 */
public record ApplicationBundle(ApplicationSpec spec, ImmutableList<WorkflowSpec> workflows) {
  /** Checks that these are the workflows that the spec names, so that none is forgotten. */
  public ApplicationBundle {
    List<String> named = spec.tasks().stream().map(TaskConfig::name).toList();
    List<String> given = workflows.stream().map(WorkflowSpec::name).toList();
    if (!named.equals(given)) {
      throw new IllegalArgumentException("application " + spec.name()
          + ": its taskConfigs name the workflows " + named + ", but those given are " + given);
    }
  }

  /**
   * An application without workflows.
   *
   * @throws IllegalArgumentException if it names some
   */
  public static ApplicationBundle of(ApplicationSpec spec) {
    return new ApplicationBundle(spec, ImmutableList.of());
  }

  /**
   * Reads an application's file and the files of its workflows, whose relative paths start beside
   * it. A workflow must have the name that {@code taskConfigs} gives it; its jobs may ask for the
   * application's resources and for the instances of its services only.
   *
   * @throws IOException if the application's file can't be read
   * @throws YamlError if anything is wrong in any of the files: each problem with file, line,
   *     column, field, value, and what is allowed
   */
  public static ApplicationBundle read(Path file) throws IOException {
    ApplicationSpec spec = ApplicationSpecYaml.read(file);
    return new ApplicationBundle(spec, WorkflowFiles.read(file, spec));
  }
}
