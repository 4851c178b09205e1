// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.heddle.participant.Lease;
import io.heddle.recipes.documents.Message.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A MASTER and a SLAVE over a real socket, with a routing that the test sets. */
class MastershipTest {
  private static final Member MASTER = new Member("DB-0", 1);
  private static final Member SLAVE = new Member("DB-1", 1);
  private static final long TOKEN = 5;

  @TempDir
  Path directory;

  private PartitionStorage masters;
  private PartitionStorage slaves;
  private Mastership term;
  private DocumentServer server;
  private Follower follower;
  private volatile PartitionView view;

  @BeforeEach
  void start() throws IOException {
    masters = new PartitionStorage(0, directory.resolve("master"));
    slaves = new PartitionStorage(0, directory.resolve("slave"));
    masters.raiseToken(1);
    term = new Mastership(0, MASTER, lease(TOKEN), masters, p -> view);
    server = new DocumentServer(p -> Optional.of(term));
    follower = new Follower(0, () -> Optional.of(SLAVE), slaves, p -> view);
    route();
  }

  @AfterEach
  void close() throws IOException {
    follower.close();
    term.close();
    server.close();
    masters.close();
    slaves.close();
  }

  private static Lease lease(long token) {
    return new Lease() {
      @Override
      public long token() {
        return token;
      }

      @Override
      public boolean isValid() {
        return true;
      }
    };
  }

  private void route(Member... slaveMembers) {
    view = new PartitionView(
        false,
        Optional.of(new PartitionView.Master(MASTER, TOKEN, server.port())),
        ImmutableList.copyOf(slaveMembers),
        ImmutableSet.of(MASTER, SLAVE));
  }

  private Message put(long token, String key, String content) {
    return term.put(new Message.Put(0, token, key, content.getBytes(UTF_8)));
  }

  private static Refusal refusal(Message answer) {
    assertThat(answer).isInstanceOf(Message.Refused.class);
    return ((Message.Refused) answer).why();
  }

  @Test
  void acceptsNoWriteUntilEverySlaveHasJoined() {
    route(SLAVE);

    assertThat(refusal(put(TOKEN, "a", "one"))).isEqualTo(Refusal.NOT_READY);
  }

  @Test
  void refusesAStaleToken() {
    assertThat(put(TOKEN, "a", "one")).isEqualTo(new Message.Stored(TOKEN));

    assertThat(refusal(put(TOKEN - 1, "b", "two"))).isEqualTo(Refusal.STALE_TOKEN);
    assertThat(term.get(new Message.Get(0, "b"))).isEqualTo(new Message.Missing());
  }

  @Test
  void copiesToAJoinerAndThenSendsEachWrite() throws Exception {
    put(TOKEN, "a", "one");

    follower.start();
    follower.awaitSettled(Duration.ofSeconds(10));
    route(SLAVE);
    Message answer = put(TOKEN, "b", "two");

    assertThat(answer).isEqualTo(new Message.Stored(TOKEN));
    assertThat(slaves.get("a")).isPresent();
    assertThat(slaves.get("b")).isPresent();
  }

  @Test
  void aNewMasterTakesOverWhatAJoinerHasMore() throws Exception {
    slaves.append(2, new Document(new Version(2, 1), "a", "one".getBytes(UTF_8)));

    follower.start();
    follower.awaitSettled(Duration.ofSeconds(10));

    assertThat(term.get(new Message.Get(0, "a"))).isInstanceOf(Message.Found.class);
  }

  @Test
  void failsWritesWhileAJoinedReplicaIsCutOffAndGoesOnWhenItHasLeft() throws Exception {
    follower.start();
    follower.awaitSettled(Duration.ofSeconds(10));
    follower.close();

    assertThat(refusal(put(TOKEN, "a", "one"))).isEqualTo(Refusal.FAILED);
    assertThat(refusal(put(TOKEN, "a", "one"))).isEqualTo(Refusal.NOT_READY);

    assertThat(term.leave(new Message.Leave(0, SLAVE))).isEqualTo(new Message.Left());
    assertThat(put(TOKEN, "a", "one")).isEqualTo(new Message.Stored(TOKEN));
  }

  @Test
  void showsAFailedWriteOnlyOnceEveryReplicaHasIt() throws Exception {
    follower.start();
    follower.awaitSettled(Duration.ofSeconds(10));
    route(SLAVE);
    put(TOKEN, "a", "one");
    put(TOKEN, "b", "one");
    follower.close();
    assertThat(refusal(put(TOKEN, "a", "two"))).isEqualTo(Refusal.FAILED);

    Message whileInDoubt = term.get(new Message.Get(0, "a"));
    Message untouched = term.get(new Message.Get(0, "b"));

    assertThat(refusal(whileInDoubt)).isEqualTo(Refusal.NOT_READY);
    assertThat(content(untouched)).isEqualTo("one");
    try (Follower again = new Follower(0, () -> Optional.of(SLAVE), slaves, p -> view)) {
      again.start();
      again.awaitSettled(Duration.ofSeconds(10));
      assertThat(content(term.get(new Message.Get(0, "a")))).isEqualTo("two");
      assertThat(slaves.get("a").orElseThrow().content()).isEqualTo("two".getBytes(UTF_8));
    }
  }

  @Test
  void showsAFailedWriteOnceThoseThatLackItAreGone() throws Exception {
    follower.start();
    follower.awaitSettled(Duration.ofSeconds(10));
    follower.close();
    assertThat(refusal(put(TOKEN, "a", "one"))).isEqualTo(Refusal.FAILED);
    assertThat(refusal(term.get(new Message.Get(0, "a")))).isEqualTo(Refusal.NOT_READY);

    assertThat(term.leave(new Message.Leave(0, SLAVE))).isEqualTo(new Message.Left());

    assertThat(content(term.get(new Message.Get(0, "a")))).isEqualTo("one");
  }

  private static String content(Message answer) {
    assertThat(answer).isInstanceOf(Message.Found.class);
    return new String(((Message.Found) answer).content(), UTF_8);
  }

  @Test
  void aFollowerLeavesASilentMasterForItsSuccessor() throws Exception {
    follower.start();
    follower.awaitSettled(Duration.ofSeconds(10));
    Member successor = new Member("DB-2", 1);
    try (PartitionStorage own = new PartitionStorage(0, directory.resolve("successor"));
        Mastership next = new Mastership(0, successor, lease(TOKEN + 1), own, p -> view);
        DocumentServer open = new DocumentServer(p -> Optional.of(next))) {

      // The former MASTER keeps its sockets open, and says nothing: as one that is paused.
      view = new PartitionView(
          false,
          Optional.of(new PartitionView.Master(successor, TOKEN + 1, open.port())),
          ImmutableList.of(SLAVE),
          ImmutableSet.of(MASTER, SLAVE, successor));
      Message.Put put = new Message.Put(0, TOKEN + 1, "a", "one".getBytes(UTF_8));
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      Message answer = next.put(put);
      while (answer instanceof Message.Refused && System.nanoTime() < end) {
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        answer = next.put(put);
      }

      assertThat(answer).isEqualTo(new Message.Stored(TOKEN + 1));
      assertThat(slaves.get("a")).isPresent();
    }
  }
}
