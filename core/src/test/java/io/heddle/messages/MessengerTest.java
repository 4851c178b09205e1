// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import static io.heddle.messages.MessageRig.A;
import static io.heddle.messages.MessageRig.B;
import static io.heddle.messages.MessageRig.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.client.ClientException;
import io.heddle.client.ClientException.Kind;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.schema.MessageCodecs;
import io.heddle.schema.MessageCodecs.Envelope;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Messages and replies between processes on virtual time. */
final class MessengerTest {
  private final MessageRig rig = new MessageRig();

  @Test
  void bringsTheRepliesOfAllThatAreMeant() {
    ImmutableSortedMap<InstanceId, Reply> replies =
        rig.done(rig.send(Criteria.all(), "echo", "h\u00e9llo"));

    assertThat(replies)
        .isEqualTo(ImmutableSortedMap.of(
            A,
            new Reply.Answered("h\u00e9llo from A"),
            B,
            new Reply.Answered("h\u00e9llo from B")));
    Message got = rig.a.handled.get(0);
    assertThat(got.from()).isEqualTo("tester");
    assertThat(got.type()).isEqualTo("echo");
    assertThat(got.criteria()).isEqualTo(Criteria.all());
    assertThat(got.id()).isNotEqualTo(rig.b.handled.get(0).id()).startsWith("one-");
    rig.settle();
    assertThat(rig.a.mailbox()).as("what is left").isEmpty();
    assertThat(rig.b.mailbox()).as("what is left").isEmpty();
  }

  @Test
  void costsFourWritesForAMessageWithItsReply() {
    rig.pass(Duration.ofSeconds(5));
    long before = rig.store.operations().writes();

    rig.done(rig.send(Criteria.instance("A"), "echo", "hello"));
    rig.pass(Duration.ofSeconds(60));

    assertThat(rig.store.operations().writes() - before).isEqualTo(4);
  }

  @Test
  void reachesOnlyWhoIsMeant() {
    assertThat(rig.done(rig.send(Criteria.all().tag("ssd"), "echo", "x")).keySet())
        .containsExactly(A);
    assertThat(rig.done(rig.send(Criteria.instance("B"), "echo", "x")).keySet()).containsExactly(B);
    assertThat(rig.done(rig.send(Criteria.all().resource("none"), "echo", "x"))).isEmpty();
  }

  @Test
  void saysWhatWentWrong() {
    assertThat(rig.done(rig.send(Criteria.instance("A"), "fail", "x")).get(A))
        .isEqualTo(
            new Reply.Failed("java.lang.IllegalStateException: a handler's failure, on purpose"));
    assertThat(rig.done(rig.send(Criteria.instance("A"), "nobodys", "x")).get(A))
        .isEqualTo(new Reply.Unhandled());
    assertThat(rig.done(rig.send(Criteria.instance("A"), "large", "x")).get(A))
        .isInstanceOf(Reply.Failed.class);
    rig.settle();
    assertThat(rig.a.mailbox()).isEmpty();
  }

  @Test
  void takesBackWhatIsNotTakenUpInTime() {
    rig.a.network.cut();
    CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> sent = rig.messenger
        .send(Criteria.all(), "echo", "x", Duration.ofSeconds(5))
        .toCompletableFuture();
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.a.mailbox()).hasSize(1);

    rig.pass(Duration.ofSeconds(5));

    assertThat(sent.join().get(A)).isEqualTo(new Reply.Unanswered());
    assertThat(sent.join().get(B)).isEqualTo(new Reply.Answered("x from B"));
    assertThat(rig.a.mailbox()).isEmpty();
    rig.a.network.heal();
    rig.pass(Duration.ofSeconds(60));
    assertThat(rig.a.handled).as("what was taken back").isEmpty();
  }

  @Test
  void aReplyThatComesTooLateIsRemoved() {
    rig.a.holding = true;
    CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> sent =
        rig.send(Criteria.instance("A"), "echo", "x");
    rig.pass(Duration.ofSeconds(1));
    rig.messenger.close();
    rig.pass(Duration.ofSeconds(1));
    rig.a.run();

    assertThat(sent).isCompletedExceptionally();
    assertThat(rig.a.handled).hasSize(1);
    assertThat(rig.a.mailbox()).as("kept for its sender").hasSize(1);
    rig.pass(WITHIN.multipliedBy(3));
    assertThat(rig.a.mailbox()).isEmpty();
  }

  @Test
  void findsTheReplyThatCameWhileTheSenderWasCutOff() {
    rig.a.holding = true;
    CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> sent =
        rig.send(Criteria.instance("A"), "echo", "x");
    rig.pass(Duration.ofSeconds(1));

    rig.sender.cut();
    rig.pass(Duration.ofSeconds(1));
    rig.a.run();
    rig.sender.heal();
    rig.pass(Duration.ofSeconds(5));

    assertThat(sent.join().get(A)).isEqualTo(new Reply.Answered("x from A"));
  }

  @Test
  void findsTheReplyThroughAnotherSession() {
    rig.a.holding = true;
    CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> sent =
        rig.send(Criteria.instance("A"), "echo", "x");
    rig.pass(Duration.ofSeconds(1));

    rig.sender.cut();
    rig.pass(MessageRig.SESSION.multipliedBy(3).dividedBy(2));
    rig.sender.heal();
    rig.pass(Duration.ofSeconds(1));
    rig.a.run();
    rig.pass(Duration.ofSeconds(1));

    assertThat(sent.join().get(A)).isEqualTo(new Reply.Answered("x from A"));
  }

  @Test
  void deliversOnceThoughTheAnswerToTheSendingWasLost() {
    for (int reply = 1; reply <= 4; reply++) {
      rig.sender.loseReply(reply);

      CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> sent =
          rig.send(Criteria.instance("A"), "echo", "number " + reply);
      rig.pass(Duration.ofSeconds(5));

      assertThat(sent.join().get(A))
          .as("with reply %d lost", reply)
          .isEqualTo(new Reply.Answered("number " + reply + " from A"));
      assertThat(rig.a.handled).as("with reply %d lost", reply).hasSize(reply);
    }
  }

  @Test
  void postsWithoutWaitingForAnybody() {
    rig.a.holding = true;

    assertThat(rig.done(rig.messenger.post(Criteria.instance("A"), "echo", "x", WITHIN)))
        .isEmpty();
    assertThat(rig.a.handled).isEmpty();
    rig.a.run();

    assertThat(rig.a.handled).hasSize(1);
    assertThat(rig.a.mailbox()).as("no reply is left").isEmpty();
  }

  @Test
  void refusesWhereTooManyWait() {
    StoreSession raw =
        rig.store.open(SessionOptions.of(Duration.ofHours(1)), rig.time.newLoop(), event -> {});
    rig.a.holding = true;
    byte[] message =
        MessageCodecs.MESSAGE.encode(new Envelope("raw", "echo", Criteria.all(), "x", 0));
    for (int i = 0; i < Messenger.MAX_WAITING; i++) {
      raw.commit(
          List.of(new Op.Create(
              Mailbox.path(rig.paths, A) + "/m-raw-" + i,
              message,
              Op.CreateMode.PERSISTENT,
              List.of())),
          commit -> {});
    }
    rig.pass(Duration.ofSeconds(1));

    Reply reply = rig.done(rig.send(Criteria.instance("A"), "echo", "x")).get(A);

    assertThat(reply).isInstanceOf(Reply.Undelivered.class);
    assertThat(rig.done(rig.messenger.post(Criteria.instance("A"), "echo", "x", WITHIN)))
        .containsOnlyKeys(A);
  }

  @Test
  void refusesWhatIsOutOfBounds() {
    String large = "x".repeat(Messenger.MAX_BODY_BYTES + 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.send(Criteria.all(), "echo", large))
        .withMessageContaining(Integer.toString(large.getBytes(StandardCharsets.UTF_8).length));
    assertThatIllegalArgumentException().isThrownBy(() -> rig.send(Criteria.all(), "a/b", "x"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.messenger.send(Criteria.all(), "echo", "x", Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            rig.messenger.send(Criteria.all(), "echo", "x", Messenger.MAX_WAIT.plusSeconds(1)));
  }

  @Test
  void needsARoutingTable() {
    Messenger early = Messenger.builder(
            rig.store,
            name -> rig.time.newLoop(),
            "orders",
            io.heddle.spectator.RoutingTableProvider.builder(
                    rig.store, name -> rig.time.newLoop(), "orders")
                .build())
        .build();

    assertThatThrownBy(() -> rig.done(early.send(Criteria.all(), "echo", "x", WITHIN)))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }
}
