// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An application: the services that run in containers, the resources that they serve, and the
 * workflows that come with it. Immutable. {@link ApplicationSpecYaml} reads it.
 *
 * @param name its name, which is also the cluster's
 * @param config settings of the application as a whole, sorted
 * @param packageUri where its code is, if a service has no package of its own
 * @param services what runs in containers, at least one, each under its own name
 * @param resources what the services serve: each asks by its tag for the instances of one service.
 *     A service is a resource of its own name besides, so that none here may have a service's name
 * @param tasks its workflows
 */
public record ApplicationSpec(
    String name,
    ImmutableSortedMap<String, String> config,
    Optional<String> packageUri,
    ImmutableList<ServiceSpec> services,
    ImmutableList<ResourceSpec> resources,
    ImmutableList<TaskConfig> tasks) {
  /** Checks names and references. */
  public ApplicationSpec {
    Names.check("application", name);
    packageUri.ifPresent(PackageUris::check);
    if (services.isEmpty()) {
      throw new IllegalArgumentException("application " + name + ": it has no services");
    }
    Set<ResourceId> names = new HashSet<>();
    for (ServiceSpec service : services) {
      requireNew(name, "service", service.service().name(), names.add(service.service()));
    }
    ImmutableSet<String> tags =
        services.stream().map(ServiceSpec::tag).collect(ImmutableSet.toImmutableSet());
    for (ResourceSpec resource : resources) {
      requireNew(name, "resource", resource.id().name(), names.add(resource.id()));
      if (resource.instanceTag().filter(tags::contains).isEmpty()) {
        throw new IllegalArgumentException("application " + name + ": resource " + resource.id()
            + " must ask for the instances of one of the services " + tags);
      }
    }
    Set<String> workflows = new HashSet<>();
    for (TaskConfig task : tasks) {
      requireNew(name, "workflow", task.name(), workflows.add(task.name()));
    }
  }

  private static void requireNew(String application, String kind, String name, boolean isNew) {
    if (!isNew) {
      throw new IllegalArgumentException(
          "application " + application + ": the name of " + kind + " " + name + " comes twice");
    }
  }

  /** The service of a name, if there is one. */
  public Optional<ServiceSpec> service(ResourceId service) {
    return services.stream().filter(spec -> spec.service().equals(service)).findFirst();
  }
}
