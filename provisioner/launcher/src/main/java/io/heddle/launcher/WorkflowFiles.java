// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.TaskConfig;
import io.heddle.task.JobSpec;
import io.heddle.task.JobTarget;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowYaml;
import io.heddle.yaml.YamlDocument;
import io.heddle.yaml.YamlError;
import io.heddle.yaml.YamlMap;
import io.heddle.yaml.YamlProblem;
import io.heddle.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Reads the workflows of one application, and collects what is wrong in all of them. */
final class WorkflowFiles {
  private final Path applicationFile;
  private final ImmutableSortedSet<String> resources;
  private final ImmutableSortedSet<String> tags;
  private final List<YamlProblem> problems = new ArrayList<>();

  private WorkflowFiles(Path applicationFile, ApplicationSpec spec) {
    this.applicationFile = applicationFile;
    TreeSet<String> names = new TreeSet<>();
    spec.resources().stream().map(ResourceSpec::id).map(ResourceId::name).forEach(names::add);
    spec.services().stream().map(ServiceSpec::service).map(ResourceId::name).forEach(names::add);
    this.resources = ImmutableSortedSet.copyOf(names);
    this.tags = spec.services().stream()
        .map(ServiceSpec::tag)
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  /** The workflows of an application that was read from a file, in the order of its spec. */
  static ImmutableList<WorkflowSpec> read(Path applicationFile, ApplicationSpec spec)
      throws IOException {
    if (spec.tasks().isEmpty()) {
      return ImmutableList.of();
    }
    // Read again for the places of its values.
    List<YamlMap> places = YamlDocument.read(applicationFile).maps("taskConfigs");
    WorkflowFiles files = new WorkflowFiles(applicationFile, spec);
    ImmutableList.Builder<WorkflowSpec> workflows = ImmutableList.builder();
    for (int i = 0; i < spec.tasks().size(); i++) {
      TaskConfig task = spec.tasks().get(i);
      try {
        workflows.add(files.read(task, places.get(i).value("yamlFile")));
      } catch (YamlError e) {
        files.problems.addAll(e.problems());
      }
    }
    YamlError.throwIfAny(files.problems);
    return workflows.build();
  }

  private WorkflowSpec read(TaskConfig task, YamlValue place) {
    Path file;
    try {
      file = task.resolve(applicationFile);
    } catch (IllegalArgumentException e) {
      throw place.error("must be a file: URI or a path: " + e.getMessage());
    }
    try {
      WorkflowSpec workflow = WorkflowYaml.read(file);
      check(task, workflow, YamlDocument.read(file));
      return workflow;
    } catch (IOException e) {
      throw place.error("must be a workflow's file; a relative path starts beside "
          + applicationFile + ", but " + file + " can't be read: " + e);
    }
  }

  private void check(TaskConfig task, WorkflowSpec workflow, YamlMap root) {
    if (!workflow.name().equals(task.name())) {
      problems.add(root.value("name")
          .problem(
              "must be " + task.name() + ", its name in the taskConfigs of " + applicationFile));
    }
    for (YamlMap place : root.maps("jobs")) {
      JobSpec job = workflow.job(place.string("name"));
      if (job.target().map(JobTarget::resource).map(ResourceId::name).stream()
          .anyMatch(name -> !resources.contains(name))) {
        problems.add(place
            .value("targetResource")
            .problem(
                "must be a resource of the application: one of " + String.join(", ", resources)));
      }
      if (job.instanceTag().stream().anyMatch(tag -> !tags.contains(tag))) {
        problems.add(place
            .value("instanceGroupTag")
            .problem("must be a service of the application: one of " + String.join(", ", tags)));
      }
    }
  }
}
