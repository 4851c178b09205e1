// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The futures that callers hold: completed also by the close, not cancelled by callers, and failing
 * with the provider's exception only. Thread-safe.
 */
final class Calls {
  private final String cluster;
  private final Set<Call<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Calls(String cluster) {
    this.cluster = cluster;
  }

  int size() {
    return open.size();
  }

  /** What to give to the caller for an operation. */
  <T> ListenableFuture<T> track(ListenableFuture<T> operation) {
    Call<T> call = new Call<>();
    open.add(call);
    call.result.addListener(() -> open.remove(call), MoreExecutors.directExecutor());
    Futures.addCallback(operation, call, MoreExecutors.directExecutor());
    if (closed) {
      call.result.setException(closedException());
    }
    return Futures.nonCancellationPropagating(call.result);
  }

  /** Fails all that is open, and all that comes. */
  void close() {
    closed = true;
    for (Call<?> call : open) {
      call.result.setException(closedException());
    }
  }

  ContainerProviderException closedException() {
    return new ContainerProviderException(
        Kind.CLOSED, "the local containers of " + cluster + " are closed");
  }

  private static final class Call<T> implements FutureCallback<T> {
    private final SettableFuture<T> result = SettableFuture.create();

    @Override
    public void onSuccess(@Nullable T value) {
      result.set(Objects.requireNonNull(value));
    }

    @Override
    public void onFailure(Throwable failure) {
      result.setException(
          failure instanceof ContainerProviderException
              ? failure
              : new ContainerProviderException(
                  Kind.FAILED, "local containers: " + failure.getMessage(), failure));
    }
  }
}
