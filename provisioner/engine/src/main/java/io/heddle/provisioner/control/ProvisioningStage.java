// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.model.Reason;
import io.heddle.model.ResourceId;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Stage;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerIds;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.TargetProvider;
import io.heddle.provisioner.TargetProviderResponse;
import io.heddle.provisioner.control.ContainerRecord.Drain;
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

  private static final ImmutableSet<ContainerState> HAVE_NONE_YET =
      Sets.immutableEnumSet(ContainerState.ACQUIRING, ContainerState.ACQUIRED);

  private static final ImmutableSet<ContainerState> HAVE_PROCESSES = Sets.immutableEnumSet(
      ContainerState.CONNECTING, ContainerState.CONNECTED, ContainerState.DISCONNECTED);

  private static final ImmutableSet<ContainerState> HAVE_NONE_ANY_MORE =
      Sets.immutableEnumSet(ContainerState.HALTED, ContainerState.FAILED);

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
    private final ContainerSteps steps;
    private final Emptying emptying;
    private final List<Reason> reasons = new ArrayList<>();
    private final Draft draft;
    private long taken;

    Pass(Draft draft) {
      this.draft = draft;
      this.snapshot = draft.snapshot();
      this.state = snapshot.sections().get(ProvisioningState.KEY);
      this.records = new TreeMap<>(state.records());
      this.steps = new ContainerSteps(draft, state, settings);
      this.emptying = new Emptying(draft);
    }

    Draft run() {
      state
          .listTrouble()
          .ifPresent(trouble -> reasons.add(
              new Reason(Reason.Code.CONTAINER_PROVIDER_FAILED, snapshot.cluster(), trouble)));
      for (ContainerRecord container : state.records().values()) {
        steps.step(container).ifPresent(next -> records.put(next.id(), next));
      }
      steps.removed().forEach(records::remove);
      Set<ResourceId> services = new TreeSet<>(state.services().keySet());
      records.values().forEach(container -> services.add(container.spec().service()));
      services.forEach(this::aim);
      giveBackStrangers();
      return steps.draft().plus(decisions()).plusReasons(reasons).taking(taken);
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
      Stream.concat(wish.containersToStop().stream(), wish.containersToRelease().stream())
          .map(Pass::container)
          .filter(id -> isIn(id, HAVE_PROCESSES))
          .forEach(stopped::add);
      wish.containersToStop().stream()
          .map(Pass::container)
          .filter(id -> isIn(id, HAVE_NONE_YET))
          .forEach(stopped::add);
      for (Participant participant : participants) {
        drain(container(participant), stopped);
      }
      wish.containersToRelease().stream()
          .map(Pass::container)
          .filter(id -> isIn(id, HAVE_NONE_YET) || isIn(id, HAVE_NONE_ANY_MORE))
          .forEach(id -> move(id, ContainerState.FINALIZING));
      wish.containersToStart().stream()
          .map(Pass::container)
          .filter(id -> isIn(id, HAVE_NONE_YET))
          .forEach(id -> move(id, ContainerState.CONNECTING));
      acquire(wish.containersToAcquire(), vacated(service));
    }

    private boolean isIn(ContainerId container, Set<ContainerState> states) {
      @Nullable ContainerRecord known = records.get(container);
      return known != null && states.contains(known.state());
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
          steps.isLive(container) ? steps.live(id) : Optional.empty(),
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
      } else if (!steps.isLive(container) || (container.draining() && isEmptied(container))) {
        records.put(id, container.in(ContainerState.HALTING));
      } else {
        records.put(id, container.drainedIf(Drain.YES));
      }
    }

    /**
     * Whether nothing is left to wait for: its replicas have moved, as far as anybody can take
     * them, and its tasks have ended.
     */
    private boolean isEmptied(ContainerRecord container) {
      InstanceId instance = container.spec().participant();
      int replicas = emptying.replicas(instance);
      int work = emptying.work(instance);
      if (replicas + work == 0 || steps.due(container, settings.drain())) {
        return true;
      }
      reasons.add(ContainerSteps.reason(
          container,
          "it is stopped when " + replicas + " replicas have moved and " + work
              + " tasks have ended, or after " + settings.drain()));
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
            && !steps.removed().contains(container)
            && !state.unreadable().contains(container.name())) {
          steps.call(new Request.Deallocate(container));
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
      steps
          .removed()
          .forEach(container -> decisions.add(
              Decision.of(container.name(), "given back", change(new Request.Remove(container)))));
      for (Map.Entry<ContainerId, Request.Call> call : steps.calls().entrySet()) {
        decisions.add(Decision.of(
            call.getKey().name(),
            "asked of the provider: " + call.getValue().kind(),
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
          .flatMap(end -> steps
              .live(container.spec().participant())
              .filter(live -> live.container().filter(end.start()::equals).isPresent()))
          .map(live -> new Change.CloseIncarnation(live.id(), live.incarnation()));
    }
  }
}
