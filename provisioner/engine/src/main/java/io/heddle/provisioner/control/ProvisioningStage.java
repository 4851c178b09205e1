// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.Reason;
import io.heddle.model.ResourceId;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Stage;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerIds;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.TargetProvider;
import io.heddle.provisioner.TargetProviderResponse;
import io.heddle.provisioner.control.ContainerRecord.Drain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What containers are needed: records against what the provider runs, and the target provider's
 * wish against both.
 *
 * <p>First each record takes the step that its provider's status and its participant allow; then
 * the target provider of each service is asked, with the records as they now stand; then what
 * follows is written, and what the provider has not done yet is asked of it. Everything is derived
 * from sets of ids, nothing is counted by events, so that late, doubled and lost answers cost time
 * only.
 *
 * <p>A certified end closes every incarnation that names the same start of the container (rule
 * R15), in the transaction that records it.
 */
final class ProvisioningStage implements Stage {
  /** Failed containers of one instance that are still on record before its next one must wait. */
  private static final int FAILURES_AT_ONCE = 2;

  private final Function<ServiceSpec, TargetProvider> targets;
  private final ProvisioningSettings settings;

  ProvisioningStage(Function<ServiceSpec, TargetProvider> targets, ProvisioningSettings settings) {
    this.targets = targets;
    this.settings = settings;
  }

  @Override
  public Draft apply(Draft draft) {
    return new Pass(draft).run();
  }

  private final class Pass {
    private final Snapshot snapshot;
    private final ProvisioningState state;
    private final TreeMap<ContainerId, ContainerRecord> records;
    private final Set<ContainerId> removed = new TreeSet<>();
    private final TreeMap<ContainerId, Request> calls = new TreeMap<>();
    private final List<Reason> reasons = new ArrayList<>();
    private Draft draft;
    private long taken;

    Pass(Draft draft) {
      this.draft = draft;
      this.snapshot = draft.snapshot();
      this.state = snapshot.sections().get(ProvisioningState.KEY);
      this.records = new TreeMap<>(state.records());
    }

    Draft run() {
      for (ContainerRecord container : state.records().values()) {
        step(container).ifPresent(next -> records.put(next.id(), next));
      }
      removed.forEach(records::remove);
      Set<ResourceId> services = new TreeSet<>(state.services().keySet());
      records.values().forEach(container -> services.add(container.spec().service()));
      services.forEach(this::aim);
      giveBackStrangers();
      return draft.plus(decisions()).plusReasons(reasons).taking(taken);
    }

    // Step one: what has happened.

    private Optional<ContainerRecord> step(ContainerRecord container) {
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
          call(container.id(), new Request.Stop(container.id()));
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
        case FINALIZING -> finalizing(container, false);
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
      call(container.id(), new Request.Allocate(container.spec()));
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
        call(container.id(), new Request.Start(container.spec()));
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
      call(container.id(), new Request.Deallocate(container.id()));
      return Optional.empty();
    }

    private static Reason reason(ContainerRecord container, String detail) {
      return new Reason(Reason.Code.DELAYED, container.id().name(), detail);
    }

    private Optional<LiveInstance> live(InstanceId instance) {
      return Optional.ofNullable(snapshot.instances().get(instance)).flatMap(InstanceView::live);
    }

    private boolean isLive(ContainerRecord container) {
      return live(container.spec().participant())
          .flatMap(LiveInstance::container)
          .filter(start -> start.container().equals(container.id()))
          .isPresent();
    }

    /**
     * Whether a record has been in its state for a time; if not, the pass is repeated when it has.
     */
    private boolean due(ContainerRecord container, Duration time) {
      long since = state.sinceNanos().getOrDefault(container.id(), snapshot.nowNanos());
      long at = since + time.toNanos();
      if (at - snapshot.nowNanos() <= 0) {
        return true;
      }
      draft = draft.wakeAt(at);
      return false;
    }

    private void call(ContainerId container, Request request) {
      if (!state.listed() || state.calling().contains(container)) {
        return;
      }
      long retryAt = state.retryAtNanos().getOrDefault(container, snapshot.nowNanos());
      if (retryAt - snapshot.nowNanos() > 0) {
        draft = draft.wakeAt(retryAt);
        return;
      }
      calls.put(container, request);
    }

    // Step two: what is wanted.

    private void aim(ResourceId service) {
      List<Participant> participants = new ArrayList<>();
      for (ContainerRecord container : records.values()) {
        if (container.spec().service().equals(service)) {
          participants.add(participant(container));
        }
      }
      @Nullable ServiceSpec spec = state.services().get(service);
      Optional<TargetProviderResponse> wish = wish(service, spec, participants);
      if (wish.isPresent()) {
        follow(service, wish.get(), participants);
      }
    }

    /** What is wanted; nothing at all if the user's target provider fails: its service stays. */
    private Optional<TargetProviderResponse> wish(
        ResourceId service, @Nullable ServiceSpec spec, List<Participant> participants) {
      if (spec == null) {
        return state.unreadable().contains(service.name())
            ? Optional.empty()
            : Optional.of(nothing(participants));
      }
      try {
        TargetProviderResponse wish =
            targets.apply(spec).evaluateExistingContainers(draft.cluster(), service, participants);
        Stream.of(wish.containersToStop(), wish.containersToRelease(), wish.containersToStart())
            .flatMap(List::stream)
            .forEach(Pass::container);
        return Optional.of(wish);
      } catch (RuntimeException e) {
        reasons.add(new Reason(
            Reason.Code.TARGET_PROVIDER_FAILED,
            service.name(),
            "its containers stay as they are: " + e));
        return Optional.empty();
      }
    }

    private void follow(
        ResourceId service, TargetProviderResponse wish, List<Participant> participants) {
      Set<ContainerId> stopped = new TreeSet<>();
      wish.containersToStop().forEach(participant -> stopped.add(container(participant)));
      for (Participant participant : participants) {
        drain(container(participant), stopped);
      }
      wish.containersToRelease()
          .forEach(participant -> move(container(participant), ContainerState.FINALIZING));
      wish.containersToStart()
          .forEach(participant -> move(container(participant), ContainerState.CONNECTING));
      acquire(wish.containersToAcquire(), vacated(service));
    }

    /** The instances that lose their container in this pass. */
    private Set<InstanceId> vacated(ResourceId service) {
      Set<InstanceId> vacated = new TreeSet<>();
      for (ContainerRecord before : state.records().values()) {
        if (before.spec().service().equals(service) && before.holdsInstance()) {
          @Nullable ContainerRecord now = records.get(before.id());
          if (now == null || !now.holdsInstance()) {
            vacated.add(before.spec().participant());
          }
        }
      }
      return vacated;
    }

    /**
     * What takes another's place is asked for when the other's end is on record: decisions have
     * their own fates, and of two that were made together the end may be refused, so that an
     * instance had two containers, or a service one too many and would empty a sound one.
     */
    private void acquire(List<ContainerSpec> wanted, Set<InstanceId> vacated) {
      int others = wanted.size() - vacated.size();
      for (ContainerSpec container : wanted) {
        if (others > 0 && !vacated.contains(container.participant())) {
          acquire(container);
          others--;
        } else {
          reasons.add(new Reason(
              Reason.Code.DELAYED,
              container.participant().name(),
              "it is asked for when the end of " + vacated + " is on record"));
        }
      }
    }

    /** A service that is no longer configured has nothing left. */
    private static TargetProviderResponse nothing(List<Participant> participants) {
      TargetProviderResponse.Builder response = TargetProviderResponse.builder();
      for (Participant participant : participants) {
        switch (participant.container().orElseThrow().state()) {
          case ACQUIRING, ACQUIRED, HALTED, FAILED -> response.release(participant);
          case CONNECTING, CONNECTED, DISCONNECTED -> response.stop(participant);
          case HALTING, FINALIZING, FINALIZED -> {
            // On its way out.
          }
        }
      }
      return response.build();
    }

    private Participant participant(ContainerRecord container) {
      InstanceId id = container.spec().participant();
      @Nullable Participant known = draft.cluster().participants().get(id);
      InstanceSpec spec = known == null ? InstanceSpec.of(id.name()) : known.spec();
      return new Participant(
          spec,
          isLive(container) ? live(id) : Optional.empty(),
          Optional.of(new Participant.Container(container.spec(), container.state())));
    }

    private static ContainerId container(Participant participant) {
      return participant.container().orElseThrow().spec().id();
    }

    private void move(ContainerId container, ContainerState next) {
      @Nullable ContainerRecord known = records.get(container);
      if (known != null && known.state() != next) {
        records.put(container, known.in(next));
      }
    }

    private void drain(ContainerId id, Set<ContainerId> stopped) {
      ContainerRecord container = Objects.requireNonNull(records.get(id));
      if (!stopped.contains(id)) {
        records.put(id, container.drainedIf(Drain.NO));
      } else if (!isLive(container) || (container.draining() && isEmptied(container))) {
        records.put(id, container.in(ContainerState.HALTING));
      } else {
        records.put(id, container.drainedIf(Drain.YES));
      }
    }

    private boolean isEmptied(ContainerRecord container) {
      boolean empty =
          Optional.ofNullable(snapshot.instances().get(container.spec().participant())).stream()
              .flatMap(view -> view.assignments().values().stream())
              .allMatch(bucket ->
                  bucket.groups().values().stream().allMatch(g -> g.targets().isEmpty()));
      if (empty || due(container, settings.drain())) {
        return true;
      }
      reasons.add(reason(container, "it is being emptied before it is stopped"));
      return false;
    }

    private void acquire(ContainerSpec wanted) {
      List<ContainerRecord> failures = records.values().stream()
          .filter(container -> container.spec().participant().equals(wanted.participant()))
          .filter(container -> container.end().filter(ContainerEnd::isFailure).isPresent())
          .toList();
      if (failures.size() >= FAILURES_AT_ONCE) {
        // Their records go after a while, and each that goes lets one container be asked for.
        reasons.add(new Reason(
            Reason.Code.DELAYED,
            wanted.participant().name(),
            failures.size() + " containers failed lately: "
                + failures.get(failures.size() - 1).end().orElseThrow().detail()));
        return;
      }
      ContainerId id = ContainerIds.of(wanted.participant(), draft.number(draft.counter() + taken));
      taken++;
      records.put(id, ContainerRecord.wanted(wanted.withId(id)));
    }

    /** What the provider runs though nobody asked for it, or no longer does, is given back. */
    private void giveBackStrangers() {
      for (ContainerId container : state.observed().keySet()) {
        if (!records.containsKey(container)
            && !removed.contains(container)
            && !state.unreadable().contains(container.name())) {
          call(container, new Request.Deallocate(container));
        }
      }
    }

    // Step three: what follows.

    private List<Decision> decisions() {
      List<Decision> decisions = new ArrayList<>();
      for (ContainerRecord container : records.values()) {
        ImmutableList.Builder<Change> changes = ImmutableList.builder();
        @Nullable ContainerRecord before = state.records().get(container.id());
        if (!container.equals(before)) {
          changes.add(change(new Request.Put(container)));
        }
        incarnationToClose(container).ifPresent(changes::add);
        ImmutableList<Change> all = changes.build();
        if (!all.isEmpty()) {
          decisions.add(new Decision(container.id().name(), why(before, container), all));
        }
      }
      removed.forEach(container -> decisions.add(
          Decision.of(container.name(), "given back", change(new Request.Remove(container)))));
      for (Map.Entry<ContainerId, Request> call : calls.entrySet()) {
        decisions.add(Decision.of(
            call.getKey().name(),
            "asked of the provider: " + call.getValue().getClass().getSimpleName(),
            change(call.getValue())));
      }
      return decisions;
    }

    private static Change change(Request request) {
      return new Change.OfExtension(ProvisioningState.KEY, request);
    }

    private static String why(@Nullable ContainerRecord before, ContainerRecord now) {
      String end = now.end()
          .map(e -> ": " + e.reason() + (e.certified() ? ", certified" : ""))
          .orElse("");
      return (before == null ? "wanted" : before.state() + " to " + now.state())
          + (now.draining() ? ", draining" : "")
          + end;
    }

    private Optional<Change> incarnationToClose(ContainerRecord container) {
      return container
          .end()
          .filter(ContainerEnd::certified)
          .flatMap(end -> live(container.spec().participant())
              .filter(live -> live.container().filter(end.start()::equals).isPresent()))
          .map(live -> new Change.CloseIncarnation(live.id(), live.incarnation()));
    }
  }
}
