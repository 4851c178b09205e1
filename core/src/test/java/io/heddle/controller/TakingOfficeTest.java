// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking office while answers get lost, on virtual time. */
class TakingOfficeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(12);
  private static final ClusterPaths PATHS = new ClusterPaths("c");

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());

  TakingOfficeTest() {
    ClusterAdmin admin =
        ClusterAdmin.builder(store, name -> time.newLoop(), "c").build();
    CompletionStage<?> created = admin.createCluster();
    time.pass(Duration.ofMillis(100));
    assertThat(created.toCompletableFuture()).isCompleted();
    admin.close();
  }

  /** Someone who wants office. */
  private final class Candidate {
    private final FragileNetwork network = new FragileNetwork();
    private final List<Election.Won> won = new ArrayList<>();
    private final io.heddle.runtime.Loop loop = time.newLoop();
    private final StoreSession session;
    private final Election election;

    Candidate(String id) {
      session =
          store.through(network).open(new SessionOptions(TIMEOUT, List.of()), loop, this::onEvent);
      election = new Election(session, PATHS, id, "host", loop, path -> List.of(), won::add);
    }

    private void onEvent(SessionEvent event) {
      if (event == SessionEvent.CONNECTED) {
        election.attempt();
      }
    }

    private Commit commit(Op... ops) {
      List<Commit> answers = new ArrayList<>();
      session.commit(List.of(ops), answers::add);
      time.pass(Duration.ofMillis(1));
      return answers.get(0);
    }
  }

  private Node node(String path) {
    return Objects.requireNonNull(store.contents().get(path));
  }

  /** Whichever answer is lost: that of the transaction that takes office is among them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void knowsItsOwnOfficeWhicheverAnswerWasLost(int reply) {
    long before = epoch();
    Candidate candidate = new Candidate("one");
    candidate.network.loseReply(reply);

    time.pass(TIMEOUT);

    candidate.network.loseReply(0);
    time.pass(Duration.ofSeconds(2));
    assertThat(candidate.won).hasSize(1);
    Election.Won office = candidate.won.get(0);
    assertThat(office.epoch()).isEqualTo(epoch()).isEqualTo(before + 1);
    assertThat(node(PATHS.leader()).stat().ephemeralOwner()).isEqualTo(candidate.session.id());
    assertThat(candidate.commit(office.fence())).isInstanceOf(Commit.Applied.class);
  }

  /**
   * Of two, one may be told nothing of its try: it must not take the other's office for its own.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void oneOfTwoTakesOfficeWhicheverAnswerWasLost(int reply) {
    Candidate one = new Candidate("one");
    Candidate two = new Candidate("two");
    one.network.loseReply(reply);

    time.pass(TIMEOUT);

    assertThat(one.won.size() + two.won.size()).isEqualTo(1);
    Candidate winner = one.won.isEmpty() ? two : one;
    assertThat(node(PATHS.leader()).stat().ephemeralOwner()).isEqualTo(winner.session.id());
    assertThat(winner.won.get(0).epoch()).isEqualTo(epoch());
  }

  @Test
  void raisesTheEpochWithEachReignAndFencesTheOneBefore() {
    Candidate one = new Candidate("one");
    time.pass(Duration.ofSeconds(1));
    Candidate two = new Candidate("two");
    time.pass(Duration.ofSeconds(1));
    assertThat(two.won).isEmpty();

    store.expire(one.session.id());
    time.pass(Duration.ofSeconds(1));

    assertThat(two.won.get(0).epoch()).isEqualTo(one.won.get(0).epoch() + 1);
    assertThat(two.commit(one.won.get(0).fence()))
        .isEqualTo(new Commit.Refused(0, PATHS.epoch(), Commit.Why.BAD_VERSION));
  }

  private long epoch() {
    Node node = node(PATHS.epoch());
    return Specs.EPOCH.decode(node.data()).base() + node.stat().version();
  }
}
