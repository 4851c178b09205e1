// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.Participant;

/**
 * Runs the containers of one cluster: the port to processes, YARN, Mesos, Kubernetes.
 *
 * <p><em>Life of a container.</em> Allocated, started once, ended, deallocated. A container whose
 * process has ended is never started again: what replaces it is another container, with another id.
 * So a request that comes late, or twice, brings nothing back to life.
 *
 * <p><em>Threads.</em> All methods may be called from any thread and return at once. Calls for one
 * container are carried out in the order of the calls, calls for different containers side by side.
 * Futures complete on threads of the provider, which must not be held up: give an executor with
 * each callback. Every future completes within a bound that the provider states. Cancelling a
 * future takes nothing back.
 *
 * <p><em>Idempotent.</em> Every call may be repeated, also by another controller after a crash:
 * {@code false} means that it was so already. The caller records what it is about to ask for before
 * it asks.
 *
 * <p><em>Errors.</em> A future fails with {@link ContainerProviderException} only, whose kind says
 * what to do.
 *
 * <p><em>State.</em> The truth is with what runs the containers, not in this object: {@link #list}
 * looks, and a new provider object for the same cluster finds all that an earlier one left.
 *
 * <p><em>Ends.</em> Each end is told to the listeners soon, and is in {@link #list} until the
 * container is deallocated. Whether an end is certified decides whether a controller may act before
 * the participant's session has expired; see {@link ContainerEnd#certified}.
 */
public interface ContainerProvider extends AutoCloseable {
  /**
   * Reserves a container. Nothing runs yet.
   *
   * @param spec what is wanted; its id names the container from now on
   * @return the id of {@code spec}, also if it was allocated before
   */
  ListenableFuture<ContainerId> allocateContainer(ContainerSpec spec);

  /**
   * Gives a container back; stops it first, if it still runs. Its end is no longer listed.
   *
   * @return false if there is no such container
   */
  ListenableFuture<Boolean> deallocateContainer(ContainerId container);

  /**
   * Starts the process of an allocated container. Completes when the process is there and on
   * record, not when its participant has registered: that shows in the cluster.
   *
   * @param container an allocated container
   * @param participant the instance that the process is to register as; must be the one of the
   *     container's spec
   * @return false if it runs already; fails with UNKNOWN_CONTAINER if it was not allocated, with
   *     ENDED if it has run before
   */
  ListenableFuture<Boolean> startContainer(ContainerId container, Participant participant);

  /**
   * Ends the process of a container: asks it, and after a while makes it. Completes when the end is
   * known. The container stays allocated.
   *
   * @return false if it does not run, or is unknown
   */
  ListenableFuture<Boolean> stopContainer(ContainerId container);

  /**
   * All containers of the cluster that are allocated, run, or have ended and not been given back.
   */
  ListenableFuture<ImmutableList<ContainerStatus>> list();

  /**
   * Tells a listener of ends from now on. What ended before is in {@link #list}.
   *
   * @return closes the registration
   */
  Registration listen(ContainerListener listener);

  /** What this provider can do here. */
  ProviderCapabilities capabilities();

  /**
   * Lets go of everything and leaves the containers alone: another provider object finds them. What
   * was called before and is not yet done fails with CLOSED or is done.
   */
  @Override
  void close();

  /** A listener's registration. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    /** Ends it; a call that is under way is not waited for. */
    @Override
    void close();
  }
}
