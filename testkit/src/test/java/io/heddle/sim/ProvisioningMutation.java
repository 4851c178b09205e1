// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.heddle.model.ContainerState;
import io.heddle.model.Participant;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerListener;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.TargetProvider;
import io.heddle.provisioner.TargetProviderResponse;
import io.heddle.provisioner.control.ProvisioningCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Op;
import io.heddle.store.Store;
import io.heddle.store.memory.MemoryStore;
import io.heddle.testkit.SimProcess;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deliberate bugs in how a cluster sizes itself, each made at the edge of the controllers: in what
 * they send to the store, or in what they and their provider hear of each other. Which seed catches
 * each, and by which check, is in {@link ProvisioningMutationsIT}.
 */
enum ProvisioningMutation {
  /**
   * R15: an incarnation is closed by deleting its registration only, so that a report which is
   * still on its way lands.
   */
  CLOSED_WITHOUT_BUMP(() -> new AlteredControllers() {
    @Override
    List<Op> sends(SimProcess controller, List<Op> ops) {
      boolean closes = ops.stream().anyMatch(op -> closedBy(op) != null);
      return closes ? ops.stream().map(op -> isCounter(op) ? unchanged(op) : op).toList() : ops;
    }
  }),

  /** R15: an incarnation is closed in one transaction, and the certificate recorded in the next. */
  CLOSED_BEFORE_RECORDED(() -> new AlteredControllers() {
    @Override
    List<Op> sends(SimProcess controller, List<Op> ops) {
      boolean closes = ops.stream().anyMatch(op -> closedBy(op) != null);
      return closes ? ops.stream().map(op -> isRecord(op) ? unchanged(op) : op).toList() : ops;
    }
  }),

  /** R15: a certificate closes what is registered when it comes on record, and nothing later. */
  CERTIFICATE_BEFORE_REGISTRATION(() -> new AlteredControllers() {
    @Override
    List<Op> sends(SimProcess controller, List<Op> ops) {
      return ops.stream().map(op -> isLateClosing(op, ops) ? refused(op) : op).toList();
    }

    private boolean isLateClosing(Op op, List<Op> ops) {
      @Nullable String instance = closedBy(op);
      return instance != null
          && ops.stream().noneMatch(o -> o.path().contains("/containers/" + instance + "."));
    }
  }),

  /** What the provider runs though it is not on record is not given back. */
  STRANGERS_KEPT(() -> new ProviderEdge() {
    @Override
    public ContainerProvider provider(
        SimProcess controller, ContainerProvider provider, ClusterPaths paths, MemoryStore store) {
      return new AlteredProvider(provider) {
        @Override
        public ListenableFuture<ImmutableList<ContainerStatus>> list() {
          return Futures.transform(
              super.list(),
              all -> all.stream()
                  .filter(one -> store.contents().containsKey(paths.container(one.container())))
                  .collect(ImmutableList.toImmutableList()),
              MoreExecutors.directExecutor());
        }
      };
    }
  }),

  /** The provider is asked while the record is still on its way to the store. */
  ASKED_BEFORE_RECORDED(() -> new AlteredControllers() {
    private final IdentityHashMap<SimProcess, ContainerProvider> providers =
        new IdentityHashMap<>();

    @Override
    public ContainerProvider provider(
        SimProcess controller, ContainerProvider provider, ClusterPaths paths, MemoryStore store) {
      providers.put(controller, provider);
      return provider;
    }

    @Override
    List<Op> sends(SimProcess controller, List<Op> ops) {
      for (Op op : ops) {
        if (op instanceof Op.Create create && create.path().contains("/containers/")) {
          var unused = Objects.requireNonNull(providers.get(controller))
              .allocateContainer(ProvisioningCodecs.RECORD.decode(create.data()).spec());
        }
      }
      return ops;
    }
  }),

  /** Whatever has ended counts as seen to end, also what is merely lost. */
  EVERY_END_CERTIFIED(() -> new ProviderEdge() {
    @Override
    public ContainerProvider provider(
        SimProcess controller, ContainerProvider provider, ClusterPaths paths, MemoryStore store) {
      return new AlteredProvider(provider) {
        @Override
        public ListenableFuture<ImmutableList<ContainerStatus>> list() {
          return Futures.transform(
              super.list(),
              all -> all.stream()
                  .map(one -> one instanceof ContainerStatus.Ended ended
                      ? new ContainerStatus.Ended(certified(ended.end()))
                      : one)
                  .collect(ImmutableList.toImmutableList()),
              MoreExecutors.directExecutor());
        }

        @Override
        public Registration listen(ContainerListener listener) {
          return super.listen(end -> listener.ended(certified(end)));
        }

        private ContainerEnd certified(ContainerEnd end) {
          return new ContainerEnd(end.start(), true, end.exitCode(), end.reason(), end.detail());
        }
      };
    }
  }),

  /** What is on its way is not counted, and asked for again as another container. */
  ONLY_CONNECTED_COUNT(() -> new ProviderEdge() {
    @Override
    public TargetProvider target(TargetProvider real) {
      return (cluster, service, participants) -> real.evaluateExistingContainers(
          cluster, service, participants.stream().filter(this::isConnected).toList());
    }

    private boolean isConnected(Participant participant) {
      return participant.container().orElseThrow().state() == ContainerState.CONNECTED;
    }
  }),

  /** What is on its way is not counted, and others are asked for under the next free names. */
  ONLY_CONNECTED_COUNT_AND_NEXT_NAMES(() -> new ProviderEdge() {
    @Override
    public TargetProvider target(TargetProvider real) {
      return (cluster, service, participants) -> {
        TargetProviderResponse wish =
            real.evaluateExistingContainers(cluster, service, participants);
        long onTheWay = participants.stream().filter(this::isOnItsWay).count();
        if (onTheWay == 0) {
          return wish;
        }
        TargetProviderResponse.Builder more = TargetProviderResponse.builder();
        wish.containersToAcquire().forEach(more::acquire);
        wish.containersToRelease().forEach(more::release);
        wish.containersToStart().forEach(more::start);
        wish.containersToStop().forEach(more::stop);
        int next = participants.size() + wish.containersToAcquire().size();
        more.acquire(ServiceSpec.builder(service.name(), "simulated").build().container(next));
        return more.build();
      };
    }

    private boolean isOnItsWay(Participant participant) {
      return participant.container().orElseThrow().state() == ContainerState.CONNECTING;
    }
  }),

  /** Nobody is told of ends; that the provider is listed again and again masks it. */
  ENDS_NOT_TOLD(() -> new ProviderEdge() {
    @Override
    public ContainerProvider provider(
        SimProcess controller, ContainerProvider provider, ClusterPaths paths, MemoryStore store) {
      return new AlteredProvider(provider) {
        @Override
        public Registration listen(ContainerListener listener) {
          return () -> {};
        }
      };
    }
  });

  @SuppressWarnings("ImmutableEnumChecker") // A lambda that captures nothing.
  private final Supplier<ProviderEdge> edge;

  ProvisioningMutation(Supplier<ProviderEdge> edge) {
    this.edge = edge;
  }

  ProvisioningScenario scenario() {
    return new ProvisioningScenario(simulation -> edge.get());
  }

  /** Controllers that send to the store something else than they should. */
  private abstract static class AlteredControllers implements ProviderEdge {
    /** What is sent for a commit; of the same length. */
    abstract List<Op> sends(SimProcess controller, List<Op> ops);

    @Override
    public Store store(SimProcess process, Store store) {
      return process.name().startsWith("controller-")
          ? new AlteredStore(store, new Alteration() {
            @Override
            List<Op> sends(List<Op> ops) {
              return AlteredControllers.this.sends(process, ops);
            }
          })
          : store;
    }

    /** The instance whose registration an operation deletes. */
    static @Nullable String closedBy(Op op) {
      if (!(op instanceof Op.Delete) || !op.path().contains("/live/")) {
        return null;
      }
      String instance = op.path().substring(op.path().indexOf("/live/") + "/live/".length());
      return instance.substring(0, instance.indexOf('/'));
    }

    static boolean isCounter(Op op) {
      return op instanceof Op.Set && op.path().contains("/incarnations/");
    }

    static boolean isRecord(Op op) {
      return op instanceof Op.Set && op.path().contains("/containers/");
    }

    static Op unchanged(Op op) {
      return op instanceof Op.Set set ? new Op.Check(set.path(), set.version()) : op;
    }

    /** Something at the same znode that the store refuses. */
    static Op refused(Op op) {
      return new Op.Check(op.path(), Integer.MAX_VALUE);
    }
  }
}
