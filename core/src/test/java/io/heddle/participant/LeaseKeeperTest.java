// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.harness.VirtualTime;
import io.heddle.runtime.Loop;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With a session timeout of 12 s: a probe each 2 s, a lease of 8 s. */
final class LeaseKeeperTest {
  private static final Op.Check CHECK = new Op.Check("/orders/incarnations/DB-1", 1);
  private static final Commit ANSWER = new Commit.Applied(1, ImmutableList.of());

  private final VirtualTime time = new VirtualTime();
  private final Loop loop = time.newLoop();
  private final Probes probes = new Probes();
  private final List<String> told = new ArrayList<>();
  private final LeaseKeeper keeper =
      new LeaseKeeper(probes, loop, CHECK, new LeaseKeeper.Listener() {
        @Override
        public void lost() {
          told.add("lost");
        }

        @Override
        public void probed() {
          told.add("probed");
        }

        @Override
        public void refused() {
          told.add("refused");
        }
      });

  /** A session that answers a commit when the test says so. */
  private static final class Probes implements StoreSession {
    final Deque<Consumer<Commit>> open = new ArrayDeque<>();

    @Override
    public void commit(List<Op> ops, Consumer<Commit> answer) {
      assertThat(ops).containsExactly(CHECK);
      open.add(answer);
    }

    @Override
    public Duration timeout() {
      return Duration.ofSeconds(12);
    }

    @Override
    public void read(String path, Consumer<Read> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readAll(List<String> paths, Consumer<List<Read>> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void children(String path, Consumer<Children> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sync(Consumer<Boolean> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void watch(String path, Consumer<WatchEvent> events, Consumer<Boolean> answer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long id() {
      return 1;
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }
  }

  private void pass(long seconds) {
    time.pass(Duration.ofSeconds(seconds));
  }

  private void begin() {
    keeper.begin(OptionalLong.of(loop.nanoTime()));
  }

  private void answer(Commit commit) {
    probes.open.remove().accept(commit);
  }

  @Test
  void runsFromTheSendingOfTheProbeAndNotFromItsAnswer() {
    begin();
    pass(2);
    assertThat(probes.open).hasSize(1);
    pass(5);
    answer(ANSWER);

    pass(2);
    assertThat(keeper.term().holds()).isTrue();
    pass(1);
    assertThat(keeper.term().holds()).isFalse();
    assertThat(told).containsExactly("probed", "lost");
  }

  @Test
  void cannotRenewFromAnAnswerThatWaitedWhileTheProcessWasPaused() {
    begin();
    pass(2);
    time.pause(loop);
    pass(7);

    // The answer is looked at before the timer that would have told of the lapse.
    LeaseTerm old = keeper.term();
    answer(ANSWER);

    assertThat(told).containsExactly("lost", "probed");
    assertThat(old.holds()).isFalse();
    assertThat(keeper.term().holds()).as("only after everything has been read").isFalse();
    assertThat(keeper.regain()).isTrue();
    assertThat(old.holds()).isFalse();
  }

  @Test
  void doesNotBeginATermFromAProbeThatIsTooOld() {
    begin();
    pass(11);
    assertThat(told).containsExactly("lost");

    answer(ANSWER);

    assertThat(keeper.regain()).isFalse();
  }

  @Test
  void onceSeenToHaveLapsedATermStaysSo() {
    LeaseTerm term = new LeaseTerm(loop, loop.nanoTime() + 10);
    time.pass(Duration.ofNanos(10));

    assertThat(term.holds()).isFalse();
    term.prolong(loop.nanoTime() + 1_000);
    assertThat(term.holds()).isFalse();
  }

  @Test
  void sendsOneProbeAtATimeAndTheNextAtOnceWhenItIsOverdue() {
    begin();
    pass(7);
    assertThat(probes.open).hasSize(1);

    answer(ANSWER);

    assertThat(probes.open).hasSize(1);
  }

  @Test
  void tellsThatTheIncarnationWasClosed() {
    begin();
    pass(2);

    answer(new Commit.Refused(0, CHECK.path(), Commit.Why.BAD_VERSION));

    assertThat(told).containsExactly("refused");
  }

  @Test
  void holdsNothingBeforeTheFirstProbeIsAnsweredIfTheRegistrationWasNot() {
    keeper.begin(OptionalLong.empty());
    assertThat(keeper.term().holds()).isFalse();

    answer(ANSWER);

    assertThat(keeper.regain()).isTrue();
  }

  @Test
  void endsWithItsIncarnationAndTellsNothingMore() {
    begin();
    LeaseTerm term = keeper.term();

    keeper.close();
    pass(60);

    assertThat(term.holds()).isFalse();
    assertThat(probes.open).isEmpty();
    assertThat(told).isEmpty();
  }
}
