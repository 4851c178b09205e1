// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.Participant;
import io.heddle.provisioner.ContainerListener;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ProviderCapabilities;

/** A provider between a controller and the real one; by itself it alters nothing. */
class AlteredProvider implements ContainerProvider {
  private final ContainerProvider real;

  AlteredProvider(ContainerProvider real) {
    this.real = real;
  }

  @Override
  public ListenableFuture<ContainerId> allocateContainer(ContainerSpec spec) {
    return real.allocateContainer(spec);
  }

  @Override
  public ListenableFuture<Boolean> deallocateContainer(ContainerId container) {
    return real.deallocateContainer(container);
  }

  @Override
  public ListenableFuture<Boolean> startContainer(ContainerId container, Participant participant) {
    return real.startContainer(container, participant);
  }

  @Override
  public ListenableFuture<Boolean> stopContainer(ContainerId container) {
    return real.stopContainer(container);
  }

  @Override
  public ListenableFuture<ImmutableList<ContainerStatus>> list() {
    return real.list();
  }

  @Override
  public Registration listen(ContainerListener listener) {
    return real.listen(listener);
  }

  @Override
  public ProviderCapabilities capabilities() {
    return real.capabilities();
  }

  @Override
  public void close() {
    real.close();
  }
}
