// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.provisioner.ServiceSpec;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The services of a cluster, as an administrator sees them. Thread-safe. */
public final class Services {
  private static final String SECTION = "services";

  private final ClusterAdmin admin;

  /** Through an administrator's client, which is not owned. */
  public Services(ClusterAdmin admin) {
    this.admin = admin;
  }

  /**
   * Puts a service into the cluster, or changes it: the controller does what follows. The service
   * is a resource of its own name besides: OnlineOffline, one partition, a replica in each
   * container.
   */
  public CompletionStage<ServiceSpec> put(ServiceSpec service) {
    return admin
        .putDocument(
            SECTION, service.service().name(), ProvisioningCodecs.SERVICE, before -> service)
        .thenCompose(put -> admin.resource(put.service()))
        .thenCompose(resource -> resource.isPresent()
            ? admin
                .updateResource(service.service(), before -> resource(service))
                .thenApply(updated -> service)
            : admin.addResource(resource(service)).thenApply(added -> service));
  }

  private static ResourceSpec resource(ServiceSpec service) {
    return ResourceSpec.builder(service.service().name())
        .partitions(1)
        .replicas(Math.max(1, service.containers()))
        .stateModel(StateModels.ONLINE_OFFLINE)
        .instanceTag(service.tag())
        .build();
  }

  /**
   * Sets how many containers a service should have. Those that are too many are emptied first.
   *
   * @param count 0 to {@link ServiceSpec#MAX_CONTAINERS}
   * @return the service as it is then; fails with {@code NOT_FOUND} if there is none of this name
   */
  public CompletionStage<ServiceSpec> scale(ResourceId service, int count) {
    return admin
        .putDocument(
            SECTION,
            service.name(),
            ProvisioningCodecs.SERVICE,
            before -> before
                .orElseThrow(() -> new AdminException(
                    AdminException.Kind.NOT_FOUND,
                    "service " + service,
                    "does not exist; put it first"))
                .withContainers(count))
        .thenCompose(scaled ->
            admin.updateResource(service, before -> resource(scaled)).thenApply(updated -> scaled));
  }

  /** A service, if there is one of this name. */
  public CompletionStage<Optional<ServiceSpec>> find(ResourceId service) {
    return admin.document(SECTION, service.name(), ProvisioningCodecs.SERVICE);
  }
}
