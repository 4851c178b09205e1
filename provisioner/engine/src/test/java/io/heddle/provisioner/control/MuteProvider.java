// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.Participant;
import io.heddle.provisioner.ContainerListener;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ProviderCapabilities;
import java.util.ArrayList;
import java.util.List;

/** A provider that does nothing, and answers when a test says so, or never. */
final class MuteProvider implements ContainerProvider {
  /** Lists that were asked for, the latest last. */
  final List<SettableFuture<ImmutableList<ContainerStatus>>> lists = new ArrayList<>();

  /** Stops that were asked for, the latest last. */
  final List<SettableFuture<Boolean>> stops = new ArrayList<>();

  final List<ContainerListener> listeners = new ArrayList<>();

  /** Thrown by what is called, instead of an answer. */
  boolean throwing;

  @Override
  public ListenableFuture<ContainerId> allocateContainer(ContainerSpec spec) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ListenableFuture<Boolean> deallocateContainer(ContainerId container) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ListenableFuture<Boolean> startContainer(ContainerId container, Participant participant) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ListenableFuture<Boolean> stopContainer(ContainerId container) {
    return answer(stops);
  }

  @Override
  public ListenableFuture<ImmutableList<ContainerStatus>> list() {
    return answer(lists);
  }

  private <T> ListenableFuture<T> answer(List<SettableFuture<T>> asked) {
    if (throwing) {
      throw new IllegalStateException("thrown on purpose");
    }
    SettableFuture<T> future = SettableFuture.create();
    asked.add(future);
    return future;
  }

  @Override
  public Registration listen(ContainerListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public ProviderCapabilities capabilities() {
    return new ProviderCapabilities(true, true, false, "does nothing");
  }

  @Override
  public void close() {}
}
