// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.model.ContainerId;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.runtime.Loop;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls on containers: one at a time for each container, each for so long at most, and what is
 * known of how the last ones went. Confined to the controller's loop.
 *
 * <p>A call without an answer counts as failed when its time is over, whatever bound the provider
 * states: it may have been carried out, or still be, so that what the provider lists decides.
 */
final class ProviderCalls {
  private static final Logger log = LoggerFactory.getLogger(ProviderCalls.class);

  private final Loop loop;
  private final ProvisioningSettings settings;
  private final ProviderWatch watch;
  private final TreeMap<ContainerId, CallAttempts> attempts = new TreeMap<>();
  private final TreeMap<ContainerId, Underway> underway = new TreeMap<>();
  private boolean over;

  ProviderCalls(Loop loop, ProvisioningSettings settings, ProviderWatch watch) {
    this.loop = loop;
    this.settings = settings;
    this.watch = watch;
  }

  /** Begins a call, which is under way until it is answered, fails, or its time is over. */
  Underway begin(Request.Call request) {
    Underway call = new Underway(request.container(), request.kind());
    underway.put(call.container, call);
    watch.called(call.container);
    return call;
  }

  /** How the last calls went, by container. */
  ImmutableSortedMap<ContainerId, CallAttempts> attempts() {
    return ImmutableSortedMap.copyOfSorted(attempts);
  }

  /** Forgets how calls went on containers of which nothing is known any more. */
  void retain(Predicate<ContainerId> known) {
    attempts.keySet().removeIf(container -> !known.test(container));
  }

  /** Nothing that comes later counts. */
  void close() {
    over = true;
    underway.values().forEach(call -> call.bound.cancel());
  }

  /** One call. */
  final class Underway {
    private final ContainerId container;
    private final CallKind kind;
    private final Loop.Timer bound;

    private Underway(ContainerId container, CallKind kind) {
      this.container = container;
      this.kind = kind;
      this.bound = loop.schedule(
          settings.call(),
          () -> failed(new ContainerProviderException(
              ContainerProviderException.Kind.TIMED_OUT,
              kind + " for container " + container + " had no answer within " + settings.call())));
    }

    /** Whether its answer is still waited for. */
    boolean isAwaited() {
      return !over && underway.get(container) == this;
    }

    /** Waits for the provider's answer. */
    void follow(ListenableFuture<?> answer) {
      Futures.addCallback(
          answer,
          new FutureCallback<Object>() {
            @Override
            public void onSuccess(@Nullable Object result) {
              answered();
            }

            @Override
            public void onFailure(Throwable failure) {
              failed(failure);
            }
          },
          loop);
    }

    /** The provider says that it is done. */
    private void answered() {
      if (end()) {
        attempts.compute(
            container,
            (id, before) -> CallAttempts.answered(before, kind, loop.nanoTime(), settings));
        watch.answered(container, kind);
      }
    }

    /** It failed, or may have. */
    void failed(Throwable failure) {
      if (end()) {
        CallAttempts failed =
            CallAttempts.failed(attempts.get(container), kind, loop.nanoTime(), settings, failure);
        attempts.put(container, failed);
        log.warn(
            "Container {}: {} failed, asked {} time(s) in a row; the next one follows in {} ms",
            container,
            kind,
            failed.count(),
            (failed.retryAtNanos() - loop.nanoTime()) / 1_000_000,
            failure);
        watch.failed(container);
      }
    }

    /** Whether it was under way until now; what comes after its end only shows in the list. */
    private boolean end() {
      if (over) {
        return false;
      }
      if (!underway.remove(container, this)) {
        log.info("Container {}: a late answer to {}", container, kind);
        watch.list();
        return false;
      }
      bound.cancel();
      return true;
    }
  }
}
