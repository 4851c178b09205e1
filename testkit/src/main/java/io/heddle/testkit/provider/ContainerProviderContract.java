// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerEnd.Reason;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import io.heddle.provisioner.ContainerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link ContainerProvider} promises. Each test begins with a cluster that has no containers,
 * and opens providers for it through {@link #open}; what runs at its end is deallocated.
 */
public abstract class ContainerProviderContract {
  private final List<ContainerProvider> opened = new ArrayList<>();
  private final BlockingQueue<ContainerEnd> ends = new LinkedBlockingQueue<>();
  private @Nullable ContainerProvider provider;

  /** What the process of a container does. */
  public enum Behaviour {
    /** Runs until it is stopped. */
    RUNS,
    /** Ends by itself soon after its start, with {@link #EXIT_CODE}. */
    EXITS
  }

  /** The exit status of {@link Behaviour#EXITS}. */
  public static final int EXIT_CODE = 7;

  /** For subclasses. */
  protected ContainerProviderContract() {}

  /** A new provider object for the test's cluster; called again, it stands for a new controller. */
  protected abstract ContainerProvider open() throws Exception;

  /** A container that behaves so. */
  protected abstract ContainerSpec spec(String container, String participant, Behaviour behaviour);

  /** How long anything may take here. */
  protected Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** Opens the first provider. */
  @BeforeEach
  protected void openFirst() throws Exception {
    provider = newProvider();
    provider.listen(ends::add);
  }

  /** Deallocates everything and closes all providers. */
  @AfterEach
  protected void cleanUp() throws Exception {
    try (ContainerProvider cleaner = open()) {
      for (ContainerStatus status : get(cleaner.list())) {
        get(cleaner.deallocateContainer(status.container()));
      }
    } finally {
      opened.forEach(ContainerProvider::close);
    }
  }

  private ContainerProvider newProvider() throws Exception {
    ContainerProvider another = open();
    opened.add(another);
    return another;
  }

  private ContainerProvider provider() {
    if (provider == null) {
      throw new IllegalStateException("the test has not begun");
    }
    return provider;
  }

  /** Waits for a future. */
  protected final <T> T get(ListenableFuture<T> future) throws Exception {
    try {
      return future.get(patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ContainerProviderException cause ? cause : e;
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + patience(), e);
    }
  }

  private ContainerEnd nextEnd() throws InterruptedException {
    @Nullable ContainerEnd end = ends.poll(patience().toMillis(), TimeUnit.MILLISECONDS);
    if (end == null) {
      throw new AssertionError("no end was told within " + patience());
    }
    return end;
  }

  private ContainerSpec allocated(String container, Behaviour behaviour) throws Exception {
    ContainerSpec spec = spec(container, participantOf(container), behaviour);
    assertThat(get(provider().allocateContainer(spec))).isEqualTo(spec.id());
    return spec;
  }

  private ContainerSpec started(String container, Behaviour behaviour) throws Exception {
    ContainerSpec spec = allocated(container, behaviour);
    assertThat(get(provider().startContainer(spec.id(), participant(spec)))).isTrue();
    return spec;
  }

  private static String participantOf(String container) {
    return container.substring(0, container.indexOf('.'));
  }

  private static Participant participant(ContainerSpec spec) {
    return new Participant(
        InstanceSpec.of(spec.participant().name()),
        Optional.empty(),
        Optional.of(new Participant.Container(spec, ContainerState.CONNECTING)));
  }

  private void assertFails(Kind kind, ListenableFuture<?> future) {
    assertThatExceptionOfType(ContainerProviderException.class)
        .isThrownBy(() -> get(future))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void allocatesOneContainerUnderOneId() throws Exception {
    ContainerSpec spec = allocated("DB-0.1", Behaviour.RUNS);

    assertThat(get(provider().allocateContainer(spec))).isEqualTo(spec.id());

    assertThat(get(provider().list())).containsExactly(new ContainerStatus.Allocated(spec.id()));
  }

  @Test
  void refusesAnotherContainerUnderTheSameId() throws Exception {
    allocated("DB-0.1", Behaviour.RUNS);

    assertFails(
        Kind.CONFLICT, provider().allocateContainer(spec("DB-0.1", "DB-7", Behaviour.RUNS)));
  }

  @Test
  void startsAContainerOnce() throws Exception {
    ContainerSpec spec = started("DB-0.1", Behaviour.RUNS);

    assertThat(get(provider().startContainer(spec.id(), participant(spec)))).isFalse();

    assertThat(get(provider().list()))
        .singleElement()
        .isInstanceOf(ContainerStatus.Running.class)
        .extracting(ContainerStatus::container)
        .isEqualTo(spec.id());
  }

  @Test
  void startsAContainerOnceAlsoWhenAskedTwiceAtATime() throws Exception {
    ContainerSpec spec = allocated("DB-0.1", Behaviour.RUNS);
    ContainerProvider second = newProvider();
    List<ListenableFuture<Boolean>> starts = new ArrayList<>();

    for (int i = 0; i < 3; i++) {
      starts.add(provider().startContainer(spec.id(), participant(spec)));
      starts.add(second.startContainer(spec.id(), participant(spec)));
    }

    assertThat(get(Futures.allAsList(starts))).containsOnlyOnce(true);
  }

  @Test
  void givesEachStartItsOwnId() throws Exception {
    started("DB-0.1", Behaviour.RUNS);
    started("DB-1.1", Behaviour.RUNS);

    assertThat(get(provider().list()))
        .hasSize(2)
        .extracting(status -> ((ContainerStatus.Running) status).start().startId())
        .doesNotHaveDuplicates();
  }

  @Test
  void startsOnlyWhatIsAllocated() {
    ContainerSpec spec = spec("DB-0.1", "DB-0", Behaviour.RUNS);

    assertFails(Kind.UNKNOWN_CONTAINER, provider().startContainer(spec.id(), participant(spec)));
  }

  @Test
  void startsAContainerForItsOwnParticipantOnly() throws Exception {
    ContainerSpec spec = allocated("DB-0.1", Behaviour.RUNS);
    ContainerSpec other = spec("DB-1.1", "DB-1", Behaviour.RUNS);

    assertFails(Kind.CONFLICT, provider().startContainer(spec.id(), participant(other)));
  }

  @Test
  void stopsARunningContainerOnce() throws Exception {
    ContainerSpec spec = started("DB-0.1", Behaviour.RUNS);

    assertThat(get(provider().stopContainer(spec.id()))).isTrue();
    assertThat(get(provider().stopContainer(spec.id()))).isFalse();

    ContainerEnd end = nextEnd();
    assertThat(end.container()).isEqualTo(spec.id());
    assertThat(end.reason()).isEqualTo(Reason.KILLED_BY_US);
    assertThat(end.certified()).isEqualTo(provider().capabilities().certifiesEnds());
    assertThat(get(provider().list())).containsExactly(new ContainerStatus.Ended(end));
  }

  @Test
  void hasNothingToStopWhereNothingRuns() throws Exception {
    ContainerSpec spec = allocated("DB-0.1", Behaviour.RUNS);

    assertThat(get(provider().stopContainer(spec.id()))).isFalse();
    assertThat(get(provider().stopContainer(ContainerId.of("DB-9.1")))).isFalse();
  }

  @Test
  void carriesOutCallsForOneContainerInTheirOrder() throws Exception {
    ContainerSpec spec = spec("DB-0.1", "DB-0", Behaviour.RUNS);

    ListenableFuture<ContainerId> allocated = provider().allocateContainer(spec);
    ListenableFuture<Boolean> started = provider().startContainer(spec.id(), participant(spec));
    ListenableFuture<Boolean> stopped = provider().stopContainer(spec.id());
    ListenableFuture<Boolean> released = provider().deallocateContainer(spec.id());

    assertThat(get(allocated)).isEqualTo(spec.id());
    assertThat(get(Futures.allAsList(started, stopped, released)))
        .containsExactly(true, true, true);
  }

  @Test
  void tellsOfAContainerThatEndsByItself() throws Exception {
    ContainerSpec spec = started("DB-0.1", Behaviour.EXITS);

    ContainerEnd end = nextEnd();

    assertThat(end.container()).isEqualTo(spec.id());
    assertThat(end.reason()).isEqualTo(Reason.EXITED);
    assertThat(end.exitCode()).hasValue(EXIT_CODE);
    assertThat(end.isFailure()).isTrue();
    assertThat(end.certified()).isEqualTo(provider().capabilities().certifiesEnds());
    assertThat(get(provider().list())).containsExactly(new ContainerStatus.Ended(end));
    assertThat(get(provider().stopContainer(spec.id()))).isFalse();
  }

  @Test
  void neverStartsAgainWhatHasEnded() throws Exception {
    ContainerSpec spec = started("DB-0.1", Behaviour.EXITS);
    nextEnd();

    assertFails(Kind.ENDED, provider().startContainer(spec.id(), participant(spec)));
  }

  @Test
  void deallocatesAContainerOnce() throws Exception {
    ContainerSpec spec = allocated("DB-0.1", Behaviour.RUNS);

    assertThat(get(provider().deallocateContainer(spec.id()))).isTrue();
    assertThat(get(provider().deallocateContainer(spec.id()))).isFalse();

    assertThat(get(provider().list())).isEmpty();
    assertFails(Kind.UNKNOWN_CONTAINER, provider().startContainer(spec.id(), participant(spec)));
  }

  @Test
  void stopsARunningContainerThatIsDeallocated() throws Exception {
    ContainerSpec spec = started("DB-0.1", Behaviour.RUNS);

    assertThat(get(provider().deallocateContainer(spec.id()))).isTrue();

    assertThat(nextEnd().reason()).isEqualTo(Reason.KILLED_BY_US);
    assertThat(get(provider().list())).isEmpty();
  }

  @Test
  void tellsNothingToAListenerThatHasGone() throws Exception {
    List<ContainerEnd> heard = new ArrayList<>();
    ContainerProvider.Registration registration = provider().listen(heard::add);
    registration.close();

    started("DB-0.1", Behaviour.EXITS);
    nextEnd();

    assertThat(heard).isEmpty();
  }

  @Test
  void leavesContainersAloneWhenClosedAndFindsThemAgain() throws Exception {
    assumeTrue(provider().capabilities().readopts(), "readopts");
    ContainerSpec runs = started("DB-0.1", Behaviour.RUNS);
    ContainerSpec exits = started("DB-1.1", Behaviour.EXITS);
    ContainerSpec waits = allocated("DB-2.1", Behaviour.RUNS);
    ContainerEnd end = nextEnd();
    List<ContainerStatus> before = get(provider().list());
    provider().close();

    ContainerProvider next = newProvider();

    assertThat(before)
        .extracting(ContainerStatus::container)
        .containsExactlyInAnyOrder(runs.id(), exits.id(), waits.id());
    assertThat(get(next.list())).containsExactlyInAnyOrderElementsOf(before);
    assertThat(before).contains(new ContainerStatus.Ended(end));
  }

  @Test
  void stopsWhatAnEarlierControllerStarted() throws Exception {
    assumeTrue(provider().capabilities().readopts(), "readopts");
    ContainerSpec spec = started("DB-0.1", Behaviour.RUNS);
    provider().close();
    ContainerProvider next = newProvider();
    next.listen(ends::add);

    assertThat(get(next.startContainer(spec.id(), participant(spec)))).isFalse();
    assertThat(get(next.stopContainer(spec.id()))).isTrue();

    ContainerEnd end = nextEnd();
    assertThat(end.container()).isEqualTo(spec.id());
    assertThat(end.reason()).isEqualTo(Reason.KILLED_BY_US);
    assertThat(end.certified()).isEqualTo(next.capabilities().certifiesEnds());
  }

  @Test
  void refusesCallsOnceItIsClosed() {
    provider().close();

    assertFails(Kind.CLOSED, provider().allocateContainer(spec("DB-0.1", "DB-0", Behaviour.RUNS)));
    assertFails(Kind.CLOSED, provider().stopContainer(ContainerId.of("DB-0.1")));
    assertFails(Kind.CLOSED, provider().list());
  }
}
