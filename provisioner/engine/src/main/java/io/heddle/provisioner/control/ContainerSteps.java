// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import io.heddle.model.ContainerId;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.Reason;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.Snapshot;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The step that each record takes as its provider's status and its participant allow, and what is
 * asked of the provider meanwhile. Confined to a pass.
 */
final class ContainerSteps {
  private final Snapshot snapshot;
  private final ProvisioningState state;
  private final ProvisioningSettings settings;
  private final Set<ContainerId> removed = new TreeSet<>();
  private final TreeMap<ContainerId, Request.Call> calls = new TreeMap<>();
  private final List<Reason> reasons = new ArrayList<>();
  private Draft woken;

  ContainerSteps(Draft draft, ProvisioningState state, ProvisioningSettings settings) {
    this.snapshot = draft.snapshot();
    this.state = state;
    this.settings = settings;
    this.woken = draft;
  }

  /** Containers whose record is no longer needed. */
  Set<ContainerId> removed() {
    return Collections.unmodifiableSet(removed);
  }

  /** What is asked of the provider now. */
  Map<ContainerId, Request.Call> calls() {
    return Collections.unmodifiableMap(calls);
  }

  /** The draft with the reasons why other things wait, and until when. */
  Draft draft() {
    return woken.plusReasons(reasons);
  }

  /** The record after its next step; empty if it stays as it is. */
  Optional<ContainerRecord> step(ContainerRecord container) {
    @Nullable ContainerStatus status = state.observed().get(container.id());
    if (status instanceof ContainerStatus.Ended ended) {
      return ended(container, ended.end());
    }
    boolean running = status instanceof ContainerStatus.Running;
    boolean gone = status == null && state.listed();
    return switch (container.state()) {
      case ACQUIRING -> acquiring(container, status, running);
      case ACQUIRED -> {
        if (running) {
          yield Optional.of(container.in(ContainerState.CONNECTING));
        }
        yield gone ? Optional.of(container.in(ContainerState.ACQUIRING)) : Optional.empty();
      }
      case CONNECTING -> connecting(container, status, gone);
      case CONNECTED -> {
        if (gone) {
          yield Optional.of(container.in(ContainerState.FAILED));
        }
        yield isLive(container)
            ? Optional.empty()
            : Optional.of(container.in(ContainerState.DISCONNECTED));
      }
      case DISCONNECTED -> disconnected(container, gone);
      case HALTING -> {
        if (gone || status instanceof ContainerStatus.Allocated) {
          yield Optional.of(container.in(ContainerState.HALTED));
        }
        call(new Request.Stop(container.id()));
        yield Optional.empty();
      }
      case HALTED, FAILED -> Optional.empty();
      case FINALIZING -> finalizing(container, gone);
      case FINALIZED -> {
        if (due(container, settings.linger())) {
          removed.add(container.id());
        }
        yield Optional.empty();
      }
    };
  }

  private Optional<ContainerRecord> ended(ContainerRecord container, ContainerEnd end) {
    return switch (container.state()) {
      case ACQUIRING, ACQUIRED, CONNECTING, CONNECTED, DISCONNECTED ->
        Optional.of(container.ended(ContainerState.FAILED, end));
      case HALTING -> Optional.of(container.ended(ContainerState.HALTED, end));
      case HALTED, FAILED, FINALIZED ->
        container.end().isPresent()
            ? Optional.empty()
            : Optional.of(container.ended(container.state(), end));
      case FINALIZING ->
        // Also what was given back before it started may have an incarnation to close.
        container.end().isPresent()
            ? finalizing(container, false)
            : Optional.of(container.ended(container.state(), end));
    };
  }

  private Optional<ContainerRecord> acquiring(
      ContainerRecord container, @Nullable ContainerStatus status, boolean running) {
    if (running) {
      return Optional.of(container.in(ContainerState.CONNECTING));
    }
    if (status instanceof ContainerStatus.Allocated) {
      return Optional.of(container.in(ContainerState.ACQUIRED));
    }
    call(new Request.Allocate(container.spec()));
    return Optional.empty();
  }

  private Optional<ContainerRecord> connecting(
      ContainerRecord container, @Nullable ContainerStatus status, boolean gone) {
    if (isLive(container)) {
      return Optional.of(container.in(ContainerState.CONNECTED));
    }
    if (gone) {
      return Optional.of(container.in(ContainerState.ACQUIRING));
    }
    if (status instanceof ContainerStatus.Allocated) {
      call(new Request.Start(container.spec()));
    } else if (due(container, settings.connect())) {
      reasons.add(reason(
          container,
          "its participant did not register within " + settings.connect() + "; it is stopped"));
      return Optional.of(container.in(ContainerState.HALTING));
    }
    return Optional.empty();
  }

  private Optional<ContainerRecord> disconnected(ContainerRecord container, boolean gone) {
    if (isLive(container)) {
      return Optional.of(container.in(ContainerState.CONNECTED));
    }
    if (gone) {
      return Optional.of(container.in(ContainerState.FAILED));
    }
    if (due(container, settings.reconnect())) {
      reasons.add(reason(
          container, "its participant was gone for " + settings.reconnect() + "; it is stopped"));
      return Optional.of(container.in(ContainerState.HALTING));
    }
    return Optional.empty();
  }

  private Optional<ContainerRecord> finalizing(ContainerRecord container, boolean gone) {
    if (gone) {
      return Optional.of(container.in(ContainerState.FINALIZED));
    }
    call(new Request.Deallocate(container.id()));
    return Optional.empty();
  }

  static Reason reason(ContainerRecord container, String detail) {
    return new Reason(Reason.Code.DELAYED, container.id().name(), detail);
  }

  /** The registered process of an instance. */
  Optional<LiveInstance> live(InstanceId instance) {
    return Optional.ofNullable(snapshot.instances().get(instance)).flatMap(InstanceView::live);
  }

  /** Whether the process in a container is registered. */
  boolean isLive(ContainerRecord container) {
    return live(container.spec().participant())
        .flatMap(LiveInstance::container)
        .filter(start -> start.container().equals(container.id()))
        .isPresent();
  }

  /**
   * Whether a record has been in its state for a time; if not, the pass is repeated when it has.
   */
  boolean due(ContainerRecord container, Duration time) {
    long since = state.sinceNanos().getOrDefault(container.id(), snapshot.nowNanos());
    long at = since + time.toNanos();
    if (at - snapshot.nowNanos() <= 0) {
      return true;
    }
    woken = woken.wakeAt(at);
    return false;
  }

  /**
   * Asks something of the provider, unless it is being asked already, or was just asked for the
   * same and that did not help.
   */
  void call(Request.Call request) {
    ContainerId container = request.container();
    Optional<CallAttempts> before = Optional.ofNullable(state.attempts().get(container))
        .filter(attempts -> attempts.kind() == request.kind());
    before
        .flatMap(CallAttempts::trouble)
        .ifPresent(trouble -> reasons.add(
            new Reason(Reason.Code.CONTAINER_PROVIDER_FAILED, container.name(), trouble)));
    if (!state.listed() || state.calling().contains(container)) {
      return;
    }
    if (before.isPresent() && before.get().retryAtNanos() - snapshot.nowNanos() > 0) {
      woken = woken.wakeAt(before.get().retryAtNanos());
      return;
    }
    calls.put(container, request);
  }
}
