// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import static io.heddle.messages.MessageRig.A;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** How an instance handles what is in its mailbox, over lost connections and sessions. */
final class MailboxTest {
  private final MessageRig rig = new MessageRig();

  private CompletionStage<ImmutableSortedMap<InstanceId, Reply>> send(String body) {
    return rig.send(Criteria.instance("A"), "echo", body);
  }

  private List<String> bodies() {
    return rig.a.handled.stream().map(Message::body).toList();
  }

  @Test
  void handlesAsManyAtATimeAsThereAreThreadsInTheOrderOfSending() {
    rig.a.holding = true;
    for (int i = 0; i < 5; i++) {
      send("number " + i);
      rig.settle();
    }
    assertThat(rig.a.held).hasSize(2);

    rig.a.run();

    assertThat(bodies())
        .containsExactly("number 0", "number 1", "number 2", "number 3", "number 4");
  }

  @Test
  void answersOnceThoughTheAnswerToItsWriteWasLost() {
    for (int reply = 1; reply <= 4; reply++) {
      rig.a.network.loseReply(reply);

      CompletionStage<ImmutableSortedMap<InstanceId, Reply>> sent = send("number " + reply);
      rig.pass(Duration.ofSeconds(10));

      assertThat(rig.done(sent).get(A))
          .as("with reply %d lost", reply)
          .isEqualTo(new Reply.Answered("number " + reply + " from A"));
      assertThat(rig.a.handled).as("with reply %d lost", reply).hasSize(reply);
      assertThat(rig.a.mailbox()).as("with reply %d lost", reply).isEmpty();
    }
  }

  @Test
  void handlesWhatWaitsWhenItRegisters() {
    rig.a.participant.close();
    rig.settle();
    // Nobody lives there, and the routing says so: what waits was sent before.
    StoreSession raw =
        rig.store.open(SessionOptions.of(Duration.ofHours(1)), rig.time.newLoop(), event -> {});
    raw.commit(
        List.of(new Op.Create(
            Mailbox.path(rig.paths, A) + "/m-raw-1",
            io.heddle.schema.MessageCodecs.MESSAGE.encode(
                new io.heddle.schema.MessageCodecs.Envelope(
                    "raw", "echo", Criteria.all(), "waits", 60_000)),
            Op.CreateMode.PERSISTENT,
            List.of())),
        commit -> {});
    rig.settle();
    MessageRig.Node again = rig.new Node("A");

    again.start();
    rig.settle();

    assertThat(again.handled.stream().map(Message::id)).containsExactly("raw-1");
    assertThat(again.mailbox()).containsExactly("r-raw-1");
  }

  @Test
  void answersUnderTheNextIncarnationWhatRanWhenItsSessionEnded() {
    rig.a.holding = true;
    CompletionStage<ImmutableSortedMap<InstanceId, Reply>> sent = send("x");
    rig.settle();
    rig.store.expireSessionsOf(loop -> loop == rig.a.loop);
    rig.pass(Duration.ofSeconds(5));
    assertThat(rig.a.held).as("begun once in this process").hasSize(1);

    rig.a.run();
    rig.pass(Duration.ofSeconds(1));

    assertThat(rig.done(sent).get(A)).isEqualTo(new Reply.Answered("x from A"));
    assertThat(rig.a.handled).hasSize(1);
    assertThat(rig.a.mailbox()).isEmpty();
  }

  @Test
  void deliversAgainUnderTheSameIdWhereAProcessEndedBeforeItAnswered() {
    rig.a.holding = true;
    CompletionStage<ImmutableSortedMap<InstanceId, Reply>> sent = send("x");
    rig.settle();
    final String id = rig.a.mailbox().get(0).substring(2);
    rig.a.participant.close();
    rig.pass(Duration.ofSeconds(1));

    MessageRig.Node again = rig.new Node("A");
    again.start();

    assertThat(again.handled.stream().map(Message::id)).containsExactly(id);
    assertThat(rig.done(sent).get(A)).isEqualTo(new Reply.Answered("x from A"));
  }

  @Test
  void startsNothingWhileTheLeaseIsLost() {
    rig.a.network.cut();
    rig.pass(MessageRig.SESSION.multipliedBy(3).dividedBy(4));
    send("x");
    rig.settle();
    rig.a.network.heal();
    rig.settle();
    assertThat(rig.a.handled).isEmpty();

    rig.pass(MessageRig.SESSION.dividedBy(2));

    assertThat(bodies()).containsExactly("x");
  }

  @Test
  void takesNothingNewWhileItLeavesAndFinishesWhatRuns() {
    rig.a.holding = true;
    CompletionStage<ImmutableSortedMap<InstanceId, Reply>> first = send("first");
    rig.settle();
    CompletionStage<Void> stopped = rig.a.participant.stop(Duration.ofMinutes(5));
    rig.settle();
    send("second");
    rig.pass(Duration.ofSeconds(1));
    assertThat(stopped.toCompletableFuture()).isNotDone();

    rig.a.run();
    rig.pass(Duration.ofSeconds(1));

    assertThat(bodies()).containsExactly("first");
    assertThat(rig.done(first).get(A)).isEqualTo(new Reply.Answered("first from A"));
    assertThat(stopped.toCompletableFuture()).isCompleted();
  }

  @Test
  void removesWhatItCannotReadAndGoesOn() {
    StoreSession raw =
        rig.store.open(SessionOptions.of(Duration.ofHours(1)), rig.time.newLoop(), event -> {});
    for (String name : List.of("m-bad", "r-bad")) {
      raw.commit(
          List.of(new Op.Create(
              Mailbox.path(rig.paths, A) + "/" + name,
              new byte[] {'x'},
              Op.CreateMode.PERSISTENT,
              List.of())),
          commit -> {});
    }
    rig.settle();

    assertThat(rig.a.mailbox()).isEmpty();
    assertThat(rig.done(send("x"))).containsOnlyKeys(A);
  }
}
