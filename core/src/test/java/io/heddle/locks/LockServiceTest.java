// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.locks.LockException.Kind;
import io.heddle.locks.LockRig.Attempt;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LockServiceTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final LockRig rig = new LockRig();

  private static Kind kind(Attempt attempt) {
    assertThat(attempt.failure).isInstanceOf(LockException.class);
    return ((LockException) java.util.Objects.requireNonNull(attempt.failure)).kind();
  }

  @Test
  void isHeldByOneAtATimeUnderTokensThatGrow() {
    Attempt first = rig.one.acquire(LONG);
    rig.settle();
    Attempt second = rig.two.acquire(LONG);
    Attempt third = rig.one.acquire(LONG);
    rig.settle();
    assertThat(first.holds()).isTrue();
    assertThat(second.lock).isNull();
    assertThat(third.lock).as("another of the same process").isNull();

    first.lock().release();
    assertThat(first.lock().isHeld()).as("at once").isFalse();
    rig.settle();
    Attempt next = second.lock != null ? second : third;
    Attempt last = second.lock != null ? third : second;
    assertThat(next.holds()).isTrue();
    assertThat(last.lock).isNull();
    next.lock().release();
    rig.settle();

    assertThat(last.holds()).isTrue();
    assertThat(first.told).containsExactly("got", "over");
    assertThatThrownBy(() -> next.lock().fencingToken())
        .isInstanceOf(LockException.class)
        .hasMessageContaining("backup");
    assertThat(last.lock().fencingToken()).isEqualTo(3);
  }

  @Test
  void endsAtTwoThirdsOfTheTimeoutAndGoesToAnotherAfterAllOfIt() {
    Attempt first = rig.one.acquire(LONG);
    rig.settle();
    Attempt second = rig.two.acquire(LONG);
    rig.settle();

    rig.one.network.cut();
    rig.pass(LockRig.SESSION.multipliedBy(1).dividedBy(3));
    assertThat(first.holds()).isTrue();
    rig.pass(LockRig.SESSION.dividedBy(3));
    assertThat(first.holds()).isFalse();
    assertThat(first.told).containsExactly("got", "over");
    assertThat(second.lock).as("too early").isNull();
    rig.pass(LockRig.SESSION);

    assertThat(second.holds()).isTrue();
    assertThat(second.lock().fencingToken()).isEqualTo(2);
  }

  @Test
  void takesItAnewUnderAHigherTokenWhereItLapsedAndTheSessionLived() {
    Attempt first = rig.one.acquire(LONG);
    rig.settle();
    Attempt again = rig.one.acquire(LONG);
    rig.one.network.cut();
    rig.pass(LockRig.SESSION.multipliedBy(3).dividedBy(4));
    assertThat(first.holds()).isFalse();

    rig.one.network.heal();
    rig.pass(Duration.ofSeconds(3));

    assertThat(again.holds()).isTrue();
    assertThat(again.lock().fencingToken()).isEqualTo(2);
    assertThat(first.holds()).isFalse();
  }

  @Test
  void isNotHeldAfterAPauseOfTheProcess() {
    Attempt first = rig.one.acquire(LONG);
    rig.settle();
    Attempt second = rig.two.acquire(LONG);

    rig.time.pause(rig.one.loop);
    rig.pass(LockRig.SESSION.multipliedBy(2));

    assertThat(first.holds()).isFalse();
    assertThat(second.holds()).isTrue();
    rig.time.resume(rig.one.loop);
    rig.pass(Duration.ofSeconds(1));
    assertThat(first.holds()).isFalse();
    assertThat(second.holds()).isTrue();
    assertThat(first.told).containsExactly("got", "over");
  }

  @Test
  void adoptsWhatItTookThoughTheAnswerWasLost() {
    for (int reply = 1; reply <= 8; reply++) {
      rig.one.network.loseReply(reply);
      Attempt attempt = rig.one.acquire(LONG);
      rig.pass(Duration.ofSeconds(10));
      assertThat(attempt.holds()).as("with reply %d lost", reply).isTrue();
      long token = attempt.lock().fencingToken();

      attempt.lock().release();
      rig.pass(Duration.ofSeconds(10));
      Attempt other = rig.two.acquire(LONG);
      rig.pass(Duration.ofSeconds(10));

      assertThat(other.holds()).as("free again with reply %d lost", reply).isTrue();
      assertThat(other.lock().fencingToken()).isGreaterThan(token);
      other.lock().release();
      rig.pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void waitsNoLongerThanItWasTold() {
    Attempt first = rig.one.acquire(LONG);
    rig.settle();
    Attempt second = rig.two.acquire(Duration.ofSeconds(5));

    rig.pass(Duration.ofSeconds(6));
    first.lock().release();
    rig.pass(Duration.ofSeconds(20));

    assertThat(kind(second)).isEqualTo(Kind.TIMED_OUT);
    Attempt third = rig.one.acquire(LONG);
    rig.settle();
    assertThat(third.holds()).as("nobody took it").isTrue();
    assertThat(third.lock().fencingToken()).isEqualTo(2);
  }

  @Test
  void closingTheServiceEndsAndFreesEverything() {
    Attempt first = rig.one.acquire(LONG);
    Attempt waiting = rig.one.acquire(LONG);
    rig.settle();

    rig.one.service.close();
    rig.settle();
    Attempt second = rig.two.acquire(LONG);
    rig.settle();

    assertThat(first.holds()).isFalse();
    assertThat(kind(waiting)).isEqualTo(Kind.UNAVAILABLE);
    assertThat(second.holds()).isTrue();
    assertThat(kind(rig.one.acquire(LONG))).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void costsThreeWritesForATurnAndNoneForHolding() {
    Attempt first = rig.one.acquire(LONG);
    rig.settle();
    first.lock().release();
    rig.settle();
    long before = rig.store.operations().writes();

    Attempt second = rig.one.acquire(LONG);
    rig.pass(Duration.ofSeconds(60));
    assertThat(second.holds()).isTrue();
    second.lock().release();
    rig.settle();

    assertThat(rig.store.operations().writes() - before).isEqualTo(3);
  }

  @Test
  void saysThatThereIsNoCluster() {
    LockService nowhere =
        LockService.builder(rig.store, name -> rig.time.newLoop(), "elsewhere").build();
    Attempt attempt = new Attempt(nowhere.acquire("backup", LONG));
    rig.settle();

    assertThat(kind(attempt)).isEqualTo(Kind.UNAVAILABLE);
    assertThatIllegalArgumentException().isThrownBy(() -> nowhere.acquire("a/b", LONG));
    assertThatIllegalArgumentException().isThrownBy(() -> nowhere.acquire("backup", Duration.ZERO));
  }

  @Test
  void oneCandidateLeadsAtATime() {
    Leader one = new Leader();
    Leader two = new Leader();
    LeaderElection first = rig.one.service.elect("chief", one);
    rig.settle();
    LeaderElection second = rig.two.service.elect("chief", two);
    rig.pass(Duration.ofMinutes(3));
    assertThat(first.lead()).isPresent();
    assertThat(second.lead()).isEmpty();

    first.close();
    rig.pass(Duration.ofSeconds(1));

    assertThat(one.story).isEqualTo("leads 1, lost. ");
    assertThat(two.story).startsWith("leads ");
    assertThat(second.lead().orElseThrow().fencingToken()).isGreaterThan(1);
    second.lead().orElseThrow().release();
    rig.pass(Duration.ofSeconds(5));
    assertThat(second.lead()).as("stands again").isPresent();
  }

  @Test
  void aCandidateThatFailsToBeginResigns() {
    Leader other = new Leader();
    LeaderElection bad = rig.one.service.elect("chief", new LeaderElection.Candidate() {
      @Override
      public void leading(HeldLock lead) {
        throw new IllegalStateException("a candidate's own failure, on purpose");
      }

      @Override
      public void lost() {
        // Nothing was begun.
      }
    });
    rig.settle();
    LeaderElection unused = rig.two.service.elect("chief", other);
    rig.pass(Duration.ofSeconds(10));

    assertThat(other.story).startsWith("leads ");
    bad.close();
  }

  /** Notes what it is told. */
  private static final class Leader implements LeaderElection.Candidate {
    String story = "";

    @Override
    public void leading(HeldLock lead) {
      story += "leads " + lead.fencingToken() + ", ";
    }

    @Override
    public void lost() {
      story += "lost. ";
    }
  }
}
