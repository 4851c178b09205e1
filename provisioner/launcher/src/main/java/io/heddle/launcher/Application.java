// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerListener;
import io.heddle.controller.HeddleController;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.control.ProvisioningExtension;
import io.heddle.provisioner.control.Services;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Store;
import io.heddle.task.TaskDriver;
import io.heddle.task.TaskExtension;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An application on a cluster of its own: a controller in this process, which has a provider run
 * the services' containers.
 *
 * <p>Several processes may run the same application: one controller is in office, the others stand
 * by. Thread-safe.
 */
public final class Application implements AutoCloseable {
  /** The longest that one call of {@link #start} waits for the store. */
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final ApplicationSpec spec;
  private final ClusterAdmin admin;
  private final Services services;
  private final TaskDriver tasks;
  private final HeddleController controller;

  /**
   * An application that is not started yet, on a cluster to which everybody has access.
   *
   * @param spec what it consists of
   * @param store where its cluster is kept; not owned
   * @param provider runs its containers, made for the cluster of the application's name; not owned
   * @param sessionTimeout the controller's session timeout
   * @param listener told what the controller does
   */
  public Application(
      ApplicationSpec spec,
      Store store,
      ContainerProvider provider,
      Duration sessionTimeout,
      ControllerListener listener) {
    this(spec, store, provider, sessionTimeout, listener, Optional.empty());
  }

  /**
   * An application that is not started yet, on a cluster that restricts access: who is in none of
   * the roles may read and write nothing. The access lists are made with the cluster, so one that
   * is there already must have been made with the same credentials.
   *
   * @param spec what it consists of
   * @param store where its cluster is kept; not owned
   * @param provider runs its containers, made with {@link RoleCredentials#containers}; not owned
   * @param sessionTimeout the controller's session timeout
   * @param listener told what the controller does
   * @param credentials of the roles; the controller works with its own, all else as administrator
   */
  public Application(
      ApplicationSpec spec,
      Store store,
      ContainerProvider provider,
      Duration sessionTimeout,
      ControllerListener listener,
      RoleCredentials credentials) {
    this(spec, store, provider, sessionTimeout, listener, Optional.of(credentials));
  }

  private Application(
      ApplicationSpec spec,
      Store store,
      ContainerProvider provider,
      Duration sessionTimeout,
      ControllerListener listener,
      Optional<RoleCredentials> credentials) {
    ClusterAdmin.Builder administrator = ClusterAdmin.builder(store, ThreadLoop::new, spec.name());
    TaskDriver.Builder driver = TaskDriver.builder(store, spec.name());
    HeddleController.Builder planner = HeddleController.builder(store, spec.name());
    credentials.ifPresent(roles -> {
      administrator.secured(roles.admin(), roles.control());
      driver.secured(roles.admin(), roles.control());
      planner.credential(roles.controller()).access(roles.control());
    });
    this.spec = spec;
    this.admin = administrator.build();
    this.services = new Services(admin);
    this.tasks = driver.build();
    this.controller = planner
        .sessionTimeout(sessionTimeout)
        .extension(new ProvisioningExtension(admin, provider))
        .extension(TaskExtension.create())
        .listener(listener)
        .build();
  }

  /**
   * Creates the cluster if need be, starts the controller, and puts services and resources. What is
   * there already is brought up to date. Returns when it is written down; the containers follow.
   *
   * @throws AdminException if something is refused; names what
   * @throws TimeoutException if the store does not answer in time
   */
  public void start() throws InterruptedException, TimeoutException {
    await(admin.createCluster());
    await(controller.start());
    for (ServiceSpec service : spec.services()) {
      await(services.put(service));
    }
    for (ResourceSpec resource : spec.resources()) {
      put(resource);
    }
  }

  private void put(ResourceSpec resource) throws InterruptedException, TimeoutException {
    if (await(admin.resource(resource.id())).isEmpty()) {
      await(admin.addResource(resource));
    } else {
      await(admin.updateResource(resource.id(), before -> resource));
    }
  }

  private static <T> T await(CompletionStage<T> stage)
      throws InterruptedException, TimeoutException {
    try {
      return stage.toCompletableFuture().get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      if (cause instanceof AdminException refused) {
        throw refused;
      }
      throw new CompletionException(cause);
    }
  }

  /**
   * Sets how many containers a service should have. Those that are too many are emptied first.
   *
   * @return completes when it is written down
   */
  public CompletionStage<ServiceSpec> scale(ResourceId service, int containers) {
    return services.scale(service, containers);
  }

  /** Submits workflows to the application's cluster, and follows them. */
  public TaskDriver tasks() {
    return tasks;
  }

  /** The administrator's client of the application's cluster. */
  public ClusterAdmin admin() {
    return admin;
  }

  /**
   * Leaves office, and lets go. The containers run on, and another controller finds them, unless
   * their provider ends them.
   */
  @Override
  public void close() {
    controller.close();
    tasks.close();
    admin.close();
  }
}
