// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.ResourceId;

/**
 * Where a service finds itself. Immutable.
 *
 * @param cluster the cluster's name
 * @param service the service
 * @param instance the instance that this process is
 * @param start the container that it runs in, and its start
 * @param config the service's settings, sorted
 */
public record ServiceContext(
    String cluster,
    ResourceId service,
    InstanceId instance,
    ContainerStart start,
    ImmutableSortedMap<String, String> config) {
  /** What the environment says. */
  public static ServiceContext of(ContainerEnvironment environment) {
    return new ServiceContext(
        environment.access().cluster(),
        environment.service(),
        environment.instance(),
        environment.start(),
        environment.config());
  }
}
