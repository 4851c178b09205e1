// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Sets;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.control.ContainerRecord;
import io.heddle.provisioner.control.ProvisioningCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.memory.CommittedTxn;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.provider.ProviderCall;
import io.heddle.testkit.provider.SimContainers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is asked of the provider, what is on record, what is live, and which processes
 * there are:
 *
 * <ul>
 *   <li>nothing is asked that is not on record before;
 *   <li>at most one container of an instance is on record as having, or about to have, a process,
 *       and no more containers than were wanted lately;
 *   <li>only the incarnations of dead processes are closed from outside, and not before the
 *       certificate is on record (rule R15);
 *   <li>a certificate on record closes what names its start soon, also what appears later.
 * </ul>
 *
 * <p>Confined to the simulation's thread.
 */
final class ContainerCheck {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** A few slow packets; below the session timeout, which would end it anyway. */
  private static final Duration SOON = Duration.ofSeconds(3);

  /** How old what a controller knows may be, whose session still lives. */
  private static final Duration LATELY = Duration.ofSeconds(8);

  private static final Set<ContainerState> PRESENT = Sets.immutableEnumSet(
      ContainerState.ACQUIRING,
      ContainerState.ACQUIRED,
      ContainerState.CONNECTING,
      ContainerState.CONNECTED,
      ContainerState.DISCONNECTED);

  private final Simulation simulation;
  private final SimCluster cluster;
  private final SimContainers containers;
  private final ClusterPaths paths;
  private final TreeMap<ContainerId, Recorded> records = new TreeMap<>();
  private final TreeMap<ContainerId, EnumSet<ContainerState>> everIn = new TreeMap<>();
  private final TreeMap<InstanceId, Live> live = new TreeMap<>();
  private final TreeMap<ResourceId, Deque<Wish>> wishes = new TreeMap<>();
  private String leader = "";
  private long cutsOfLeader;
  private Duration undisturbedSince = Duration.ZERO;

  /** A record, and since when its end is on it. */
  private record Recorded(ContainerRecord record, Duration endSince) {}

  /** A registration, and since when it is there. */
  private record Live(LiveInstance instance, Duration since) {}

  /** A number of containers that was wanted until a time. */
  private record Wish(int containers, Duration until) {}

  ContainerCheck(Simulation simulation, SimCluster cluster, SimContainers containers) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.containers = containers;
    this.paths = cluster.paths();
  }

  /** Looks from now on. */
  void watch() {
    cluster.store().memory().onCommit(this::read);
    containers.onCall(this::asked);
    look();
  }

  /** How many containers were ever on record. */
  int containers() {
    return everIn.size();
  }

  private static AssertionError violation(String check, String detail) {
    return new AssertionError("[" + check + "] " + detail);
  }

  // ---- what is asked ----

  private void asked(ProviderCall call) {
    boolean allowed = switch (call.kind()) {
      case ALLOCATE -> wasIn(call.container(), ContainerState.ACQUIRING);
      case START -> wasIn(call.container(), ContainerState.CONNECTING);
      case STOP -> wasIn(call.container(), ContainerState.HALTING);
      case DEALLOCATE ->
        wasIn(call.container(), ContainerState.FINALIZING)
            || !records.containsKey(call.container());
    };
    if (!allowed) {
      // From outside of the code under test.
      simulation.schedule(Duration.ZERO, () -> {
        throw violation(
            "asked before the record",
            "%s, but on record it was %s only"
                .formatted(call, everIn.getOrDefault(call.container(), none())));
      });
    }
  }

  private static EnumSet<ContainerState> none() {
    return EnumSet.noneOf(ContainerState.class);
  }

  private boolean wasIn(ContainerId container, ContainerState state) {
    return everIn.getOrDefault(container, none()).contains(state);
  }

  // ---- what is written ----

  private void read(CommittedTxn txn) {
    List<ContainerRecord> created = new ArrayList<>();
    List<LiveInstance> closed = new ArrayList<>();
    for (Change change : txn.changes()) {
      if (!change.path().startsWith(paths.root())) {
        continue;
      }
      List<String> parts = paths.parts(change.path());
      String section = parts.isEmpty() ? "" : parts.get(0);
      if (section.equals("leader")) {
        undisturbedSince = simulation.now();
        leader = change.kind() == Kind.DELETED
            ? ""
            : Specs.LEADER.decode(change.data()).id();
        cutsOfLeader = cluster.store().network().cuts(leader);
      } else if (section.equals("services") && parts.size() == 2) {
        wished(ProvisioningCodecs.SERVICE.decode(change.data()));
      } else if (section.equals("containers") && parts.size() == 2) {
        record(change).ifPresent(created::add);
      } else if (section.equals("live") && parts.size() == 3) {
        live(txn, InstanceId.of(parts.get(1)), change).ifPresent(closed::add);
      }
    }
    // Only now: of the operations within a transaction, one may make room for another.
    closed.forEach(this::certified);
    overlaps();
    created.forEach(this::counted);
  }

  private void wished(ServiceSpec spec) {
    Deque<Wish> all = wishes.computeIfAbsent(spec.service(), s -> new ArrayDeque<>());
    @Nullable Wish last = all.peekLast();
    if (last != null) {
      all.removeLast();
      all.addLast(new Wish(last.containers(), simulation.now()));
    }
    all.addLast(new Wish(spec.containers(), Duration.ofDays(1)));
  }

  private int mostWanted(ResourceId service) {
    Duration from = simulation.now().minus(LATELY);
    return wishes.getOrDefault(service, new ArrayDeque<>()).stream()
        .filter(wish -> wish.until().compareTo(from) >= 0)
        .mapToInt(Wish::containers)
        .max()
        .orElse(0);
  }

  /** The record, if it is new. */
  private Optional<ContainerRecord> record(Change change) {
    ContainerRecord record = ProvisioningCodecs.RECORD.decode(change.data());
    if (change.kind() == Kind.DELETED) {
      records.remove(record.id());
      return Optional.empty();
    }
    Optional<Recorded> ended = Optional.ofNullable(records.get(record.id()))
        .filter(before -> before.record().end().isPresent());
    Duration endSince = ended.map(Recorded::endSince).orElse(simulation.now());
    records.put(record.id(), new Recorded(record, endSince));
    everIn.computeIfAbsent(record.id(), id -> none()).add(record.state());
    return change.kind() == Kind.CREATED ? Optional.of(record) : Optional.empty();
  }

  private void counted(ContainerRecord created) {
    ResourceId service = created.spec().service();
    long present = records.values().stream()
        .map(Recorded::record)
        .filter(one -> one.spec().service().equals(service) && PRESENT.contains(one.state()))
        .count();
    int most = mostWanted(service);
    if (present > most) {
      throw violation(
          "too many",
          "%s is number %d, but at most %d were wanted lately"
              .formatted(created.id(), present, most));
    }
  }

  private void overlaps() {
    TreeMap<InstanceId, ContainerId> holders = new TreeMap<>();
    records.forEach((id, recorded) -> {
      ContainerState state = recorded.record().state();
      if (PRESENT.contains(state) || state == ContainerState.HALTING) {
        InstanceId instance = recorded.record().spec().participant();
        @Nullable ContainerId other = holders.put(instance, id);
        if (other != null) {
          throw violation(
              "two containers of one instance",
              "%s: %s and %s".formatted(instance, records.get(other), recorded));
        }
      }
    });
  }

  /** The registration that is closed from outside, if one is. */
  private Optional<LiveInstance> live(CommittedTxn txn, InstanceId instance, Change change) {
    if (change.kind() != Kind.DELETED) {
      LiveInstance now = Specs.LIVE.decode(change.data());
      Duration since = Optional.ofNullable(live.get(instance))
          .filter(before -> before.instance().incarnation() == now.incarnation())
          .map(Live::since)
          .orElse(simulation.now());
      live.put(instance, new Live(now, since));
      return Optional.empty();
    }
    return Optional.ofNullable(live.remove(instance))
        .map(Live::instance)
        .filter(gone -> gone.session() != txn.session());
  }

  private void certified(LiveInstance closed) {
    ContainerStart start = closed.container().orElseThrow();
    @Nullable SimProcess process = containers.processes().get(start.container());
    if (process != null && process.name().equals(start.toString())) {
      throw violation(
          "closed while it runs", "%s was closed, but %s runs".formatted(closed, process));
    }
    if (certificate(closed).isEmpty()) {
      throw violation(
          "closed without a certificate on record",
          "%s was closed, but on record is %s".formatted(closed, records.get(start.container())));
    }
  }

  // ---- what is due ----

  private void look() {
    Duration now = simulation.now();
    if (!isWell(leader)) {
      undisturbedSince = latest(now, undisturbedSince);
    }
    long cuts = cluster.store().network().cuts(leader);
    if (cuts != cutsOfLeader) {
      cutsOfLeader = cuts;
      // Also where the cut is over already: who is not told has to find out.
      undisturbedSince = now.plus(cluster.sessionTimeout());
    }
    for (Live one : live.values()) {
      Optional<Recorded> certificate = certificate(one.instance());
      if (certificate.isPresent()) {
        Duration since = latest(one.since(), certificate.get().endSince(), undisturbedSince);
        if (now.minus(since).compareTo(SOON) > 0) {
          throw violation(
              "dead, and not closed",
              "%s since %s, though its end is on record: %s"
                  .formatted(one.instance(), since, certificate.get()));
        }
      }
    }
    simulation.schedule(LOOK_EVERY, this::look);
  }

  private static Duration latest(Duration... times) {
    Duration latest = Duration.ZERO;
    for (Duration time : times) {
      latest = time.compareTo(latest) > 0 ? time : latest;
    }
    return latest;
  }

  private boolean isWell(String controller) {
    if (controller.isEmpty()) {
      return false;
    }
    SimProcess process = cluster.process(controller);
    return process.isAlive()
        && !process.isPaused()
        && !cluster.store().network().isCut(controller);
  }

  private Optional<Recorded> certificate(LiveInstance instance) {
    return instance
        .container()
        .flatMap(start -> Optional.ofNullable(records.get(start.container()))
            .filter(recorded -> recorded
                .record()
                .end()
                .filter(end -> end.certified() && end.start().equals(start))
                .isPresent()));
  }

  // ---- what must be so in the end ----

  /** What runs is what is wanted, and nothing else is left, anywhere. */
  void settled(Map<ResourceId, Integer> wanted) {
    TreeSet<ContainerId> connected = new TreeSet<>();
    TreeMap<ResourceId, Integer> counts = new TreeMap<>();
    wanted.keySet().forEach(service -> counts.put(service, 0));
    records.forEach((id, recorded) -> {
      assertThat(recorded.record().state())
          .as("[records] %s", recorded)
          .isEqualTo(ContainerState.CONNECTED);
      connected.add(id);
      counts.merge(recorded.record().spec().service(), 1, Integer::sum);
    });
    assertThat(counts).as("[number of containers]").isEqualTo(wanted);
    assertThat(containers.statuses().keySet()).as("[leaked containers]").isEqualTo(connected);
    assertThat(containers.processes().keySet()).as("[leaked processes]").isEqualTo(connected);
    containers
        .statuses()
        .forEach((id, status) ->
            assertThat(status).as("[running]").isInstanceOf(ContainerStatus.Running.class));
    TreeSet<ContainerId> registered = new TreeSet<>();
    live.values()
        .forEach(one -> registered.add(one.instance().container().orElseThrow().container()));
    assertThat(registered).as("[registered]").isEqualTo(connected);
  }
}
