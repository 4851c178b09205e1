// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static io.heddle.participant.Rig.DB1;
import static io.heddle.participant.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What else an instance does: work comes in, outcomes go out. */
final class ExtensionTest {
  private final Rig rig = new Rig();
  private final Echo echo = new Echo();
  private final Rig.Member process = rig.started(builder -> builder.extension(echo));

  /** Repeats in outcomes what it finds in work. */
  private static final class Echo implements ParticipantExtension {
    final List<String> told = new ArrayList<>();

    @Nullable ExtensionContext context;

    @Nullable ReportLane lane;

    @Nullable Runnable ended;

    boolean drained = true;

    @Override
    public ImmutableList<TreeRoot> roots(ClusterPaths paths, InstanceId instance) {
      return ImmutableList.of(
          TreeRoot.watched(paths.in("work", instance.name()), 1),
          TreeRoot.owned(paths.in("outcomes", instance.name()), 1));
    }

    ExtensionContext context() {
      return Objects.requireNonNull(context);
    }

    private String work() {
      String path = context().paths().in("work", context().instance().name(), "0");
      return context()
          .document(path)
          .map(node -> new String(node.data(), StandardCharsets.UTF_8))
          .orElse("nothing");
    }

    @Override
    public void registered(ExtensionContext registered) {
      context = registered;
      told.add("registered " + registered.incarnation() + " with " + work());
      String path = registered.paths().in("outcomes", registered.instance().name(), "0");
      lane = registered.lane(
          path,
          () -> Optional.of(
              (work() + "@" + registered.nextSequence()).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void changed(ImmutableSortedSet<String> paths) {
      if (paths.stream().anyMatch(path -> path.contains("/work/"))) {
        told.add("work " + work());
        Objects.requireNonNull(lane).changed();
      }
    }

    @Override
    public void leaseLost() {
      told.add("lost");
    }

    @Override
    public void leaseRegained() {
      told.add("regained with " + work());
    }

    @Override
    public void leaving() {
      told.add("leaving");
    }

    @Override
    public boolean isDrained() {
      return drained;
    }

    @Override
    public void ended(Runnable done) {
      told.add("ended");
      ended = done;
    }
  }

  private void putWork(String text) {
    String path = rig.paths.in("work", "DB-1", "0");
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    Commit unused = rig.commit(
        rig.node(path) == null
            ? new Op.Create(path, data, Op.CreateMode.PERSISTENT, List.of())
            : new Op.Set(path, data, Op.ANY_VERSION));
  }

  private String outcome() {
    return new String(
        Objects.requireNonNull(rig.node(rig.paths.in("outcomes", "DB-1", "0"))).data(),
        StandardCharsets.UTF_8);
  }

  @Test
  void followsItsDocumentsAndReportsInItsLanes() {
    putWork("wash");
    putWork("dry");

    assertThat(echo.told).containsExactly("registered 1 with nothing", "work wash", "work dry");
    assertThat(outcome()).startsWith("dry@");
  }

  @Test
  void hearsOfTheLeaseAndReadsBeforeItGoesOn() {
    process.network.cut();
    rig.pass(TIMEOUT.dividedBy(3).multipliedBy(2));
    assertThat(echo.context().isLeaseHeld()).isFalse();
    putWork("wash");

    process.network.heal();
    rig.pass(TIMEOUT.dividedBy(3));

    assertThat(echo.told)
        .containsExactly("registered 1 with nothing", "lost", "work wash", "regained with wash");
    assertThat(echo.context().isLeaseHeld()).isTrue();
  }

  @Test
  void holdsUpTheNextIncarnationUntilItHasEnded() {
    putWork("wash");
    rig.store.expireSessionsOf(loop -> loop == process.loop);
    rig.pass(Duration.ofSeconds(5));
    assertThat(echo.told).endsWith("ended");
    assertThat(rig.live()).isEmpty();

    Objects.requireNonNull(echo.ended).run();
    rig.pass(Duration.ofSeconds(1));

    assertThat(echo.told).endsWith("ended", "registered 2 with wash");
  }

  @Test
  void commitsUnderTheCheckOfItsIncarnation() {
    List<Commit> answers = new ArrayList<>();
    Op create = new Op.Create(
        rig.paths.in("payloads", "DB-1", "1"), new byte[1], Op.CreateMode.PERSISTENT, List.of());
    echo.context().commit(List.of(create), answers::add);
    rig.settle();
    echo.context().commit(List.of(create), answers::add);
    rig.settle();

    assertThat(answers.get(0)).isInstanceOf(Commit.Applied.class);
    assertThat(answers.get(1))
        .isEqualTo(
            new Commit.Refused(1, rig.paths.in("payloads", "DB-1", "1"), Commit.Why.NODE_EXISTS));
  }

  @Test
  void opensNoSecondLaneForAPath() {
    ReportLane lane = Objects.requireNonNull(echo.lane);

    assertThatIllegalStateException()
        .isThrownBy(() -> echo.context().lane(lane.path(), Optional::empty))
        .withMessageContaining(lane.path());
  }

  @Test
  void holdsUpAGracefulStopUntilItIsDrained() {
    echo.drained = false;
    CompletionStage<Void> stopped = process.participant.stop(Duration.ofMinutes(5));
    rig.pass(Duration.ofSeconds(60));
    assertThat(echo.told).endsWith("leaving");
    assertThat(rig.live()).isPresent();

    echo.drained = true;
    putWork("nothing more");
    Objects.requireNonNull(echo.ended).run();
    rig.settle();

    assertThat(stopped.toCompletableFuture()).isCompleted();
    assertThat(rig.live()).isEmpty();
    assertThat(rig.node(rig.paths.live(DB1))).isNull();
  }
}
