// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceOperation;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.ThrottleSpec;
import io.heddle.model.Token;
import io.heddle.schema.Codec;
import io.heddle.schema.Specs;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.Store;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.Surroundings;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Deliberate bugs of how replicas are moved, each made at the edge of the processes, as those of
 * {@link Mutation} are.
 */
enum TransitionMutation {
  /** The controller does not know of any throttle. */
  THROTTLES_IGNORED("controller-", () -> new Alteration() {
    @Override
    Read reads(Read read) {
      return altered(
          read,
          ".*/spec",
          Specs.CLUSTER,
          (ClusterSpec spec) -> spec.with(spec.transitions().with(ThrottleSpec.NONE)));
    }
  }),

  /** The controller takes an instance that is to hand over for one that must stop at once. */
  BROKEN_BEFORE_MADE("controller-", () -> new Alteration() {
    @Override
    Read reads(Read read) {
      return altered(
          read,
          ".*/instances/.*",
          Specs.INSTANCE,
          spec -> spec.operation() == InstanceOperation.EVACUATE
              ? spec.toBuilder().operation(InstanceOperation.DISABLE).build()
              : spec);
    }
  }),

  /** R6: a participant takes a callback whose time is over for one that has ended. */
  TIMED_OUT_TAKEN_FOR_ENDED("node-", () -> new Alteration() {
    @Override
    List<Op> sends(List<Op> ops) {
      return Alterations.reports(ops, TransitionMutation::ended);
    }
  });

  private final String prefix;

  @SuppressWarnings("ImmutableEnumChecker") // A lambda that captures nothing.
  private final Supplier<Alteration> alteration;

  TransitionMutation(String prefix, Supplier<Alteration> alteration) {
    this.prefix = prefix;
    this.alteration = alteration;
  }

  TransitionScenario scenario() {
    return new TransitionScenario(this::surroundings);
  }

  private Surroundings surroundings(Simulation simulation) {
    IdentityHashMap<SimProcess, Alteration> alterations = new IdentityHashMap<>();
    return new Surroundings() {
      @Override
      public Store store(SimProcess process, Store store) {
        return process.name().startsWith(prefix)
            ? new AlteredStore(store, alterations.computeIfAbsent(process, p -> alteration.get()))
            : store;
      }
    };
  }

  private static <T> Read altered(Read read, String path, Codec<T> codec, UnaryOperator<T> change) {
    if (!(read instanceof Read.Found found) || !read.path().matches(path)) {
      return read;
    }
    Node node = found.node();
    byte[] data = codec.encode(change.apply(codec.decode(node.data())));
    return new Read.Found(new Node(node.path(), data, node.stat()));
  }

  private static ReportBucket ended(ReportBucket report) {
    TreeMap<ResourceKey, ReportBucket.Group> groups = new TreeMap<>();
    report.groups().forEach((key, group) -> {
      TreeMap<Integer, ReplicaState> replicas = new TreeMap<>();
      group
          .replicas()
          .forEach((partition, replica) -> replicas.put(
              partition,
              replica.inFlight().isPresent() && !replica.error().isEmpty()
                  ? new ReplicaState(
                      StateModel.ERROR, Token.NONE, Optional.empty(), replica.error(), 1)
                  : replica));
      groups.put(
          key,
          new ReportBucket.Group(group.stateModel(), ImmutableSortedMap.copyOfSorted(replicas)));
    });
    return new ReportBucket(
        report.incarnation(), report.q(), report.s(), ImmutableSortedMap.copyOfSorted(groups));
  }
}
