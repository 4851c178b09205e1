// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerListener;
import io.heddle.controller.HeddleController;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.control.ProvisioningExtension;
import io.heddle.provisioner.control.Services;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Store;
import io.heddle.task.TaskDriver;
import io.heddle.task.TaskException;
import io.heddle.task.TaskExtension;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowSpec;
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

  private final ApplicationBundle bundle;
  private final ClusterAdmin admin;
  private final Services services;
  private final TaskDriver tasks;
  private final HeddleController controller;

  /**
   * An application that is not started yet, on a cluster to which everybody has access.
   *
   * @param bundle what it consists of
   * @param store where its cluster is kept; not owned
   * @param provider runs its containers, made for the cluster of the application's name; not owned
   * @param sessionTimeout the controller's session timeout
   * @param listener told what the controller does
   */
  public Application(
      ApplicationBundle bundle,
      Store store,
      ContainerProvider provider,
      Duration sessionTimeout,
      ControllerListener listener) {
    this(bundle, store, provider, sessionTimeout, listener, Optional.empty());
  }

  /**
   * An application that is not started yet, on a cluster that restricts access: who is in none of
   * the roles may read and write nothing. The access lists are made with the cluster, so one that
   * is there already must have been made with the same credentials.
   *
   * @param bundle what it consists of
   * @param store where its cluster is kept; not owned
   * @param provider runs its containers, made with {@link RoleCredentials#containers}; not owned
   * @param sessionTimeout the controller's session timeout
   * @param listener told what the controller does
   * @param credentials of the roles; the controller works with its own, all else as administrator
   */
  public Application(
      ApplicationBundle bundle,
      Store store,
      ContainerProvider provider,
      Duration sessionTimeout,
      ControllerListener listener,
      RoleCredentials credentials) {
    this(bundle, store, provider, sessionTimeout, listener, Optional.of(credentials));
  }

  private Application(
      ApplicationBundle bundle,
      Store store,
      ContainerProvider provider,
      Duration sessionTimeout,
      ControllerListener listener,
      Optional<RoleCredentials> credentials) {
    String name = bundle.spec().name();
    ClusterAdmin.Builder administrator = ClusterAdmin.builder(store, ThreadLoop::new, name);
    TaskDriver.Builder driver = TaskDriver.builder(store, name);
    HeddleController.Builder planner = HeddleController.builder(store, name);
    credentials.ifPresent(roles -> {
      administrator.secured(roles.admin(), roles.control());
      driver.secured(roles.admin(), roles.control());
      planner.credential(roles.controller()).access(roles.control());
    });
    this.bundle = bundle;
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
   * Creates the cluster if need be, starts the controller, puts services and resources, and then
   * submits the workflows. What is there already is brought up to date; a workflow whose name is
   * there already is not submitted again. Returns when it is written down; the containers follow.
   *
   * @return the workflows, in the order of the bundle
   * @throws AdminException if something is refused; names what
   * @throws TaskException if a workflow is refused; names it
   * @throws TimeoutException if the store does not answer in time
   */
  public ImmutableList<WorkflowHandle> start() throws InterruptedException, TimeoutException {
    await(admin.createCluster());
    await(controller.start());
    for (ServiceSpec service : bundle.spec().services()) {
      await(services.put(service));
    }
    for (ResourceSpec resource : bundle.spec().resources()) {
      put(resource);
    }
    ImmutableList.Builder<WorkflowHandle> workflows = ImmutableList.builder();
    for (WorkflowSpec workflow : bundle.workflows()) {
      workflows.add(submit(workflow));
    }
    return workflows.build();
  }

  /** Another process of this application may have submitted it, or this one in an earlier life. */
  private WorkflowHandle submit(WorkflowSpec workflow)
      throws InterruptedException, TimeoutException {
    Optional<WorkflowHandle> before = await(tasks.workflow(workflow.name()));
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return await(tasks.submit(workflow));
    } catch (TaskException e) {
      if (e.kind() == TaskException.Kind.EXISTS) {
        return await(tasks.workflow(workflow.name())).orElseThrow(() -> e);
      }
      throw e;
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
      if (cause instanceof RuntimeException refused) {
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
