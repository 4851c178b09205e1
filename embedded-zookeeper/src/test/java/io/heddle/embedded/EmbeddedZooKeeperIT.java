// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.zookeeper.CreateMode.EPHEMERAL;
import static org.apache.zookeeper.CreateMode.PERSISTENT;
import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EmbeddedZooKeeperIT {
  @TempDir
  private Path directory;

  private static EmbeddedZooKeeper start() {
    return EmbeddedZooKeeper.builder()
        .tickTime(Duration.ofMillis(100))
        .fsync(false)
        .start();
  }

  private static void create(ZooKeeper client, String path) throws Exception {
    client.create(path, path.getBytes(UTF_8), OPEN_ACL_UNSAFE, PERSISTENT);
  }

  @Test
  void keepsItsPortItsDataAndItsSessionsAcrossARestart() throws Exception {
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.builder()
        .dataDirectory(directory)
        .tickTime(Duration.ofMillis(100))
        .start()) {
      String connectString = server.connectString();
      try (TestClient client = TestClient.connect(server)) {
        create(client, "/a");
        client.create("/e", new byte[0], OPEN_ACL_UNSAFE, EPHEMERAL);

        server.stop();
        assertThat(server.isRunning()).isFalse();
        server.start();

        assertThat(server.connectString()).isEqualTo(connectString);
        client.awaitConnection();
        assertThat(client.getData("/a", false, null)).isEqualTo("/a".getBytes(UTF_8));
        assertThat(client.exists("/e", false).getEphemeralOwner()).isEqualTo(client.getSessionId());
      }
    }
    assertThat(directory).isDirectory();
  }

  @Test
  void deletesItsTemporaryDirectory() {
    EmbeddedZooKeeper server = start();
    Path files = server.dataDirectory();
    assertThat(files).isDirectory();

    server.close();
    server.close();

    assertThat(files).doesNotExist();
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void listensOnTheLoopbackAddressOnly() {
    try (EmbeddedZooKeeper server = start()) {
      assertThat(server.connectString())
          .isEqualTo(InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.port());
    }
  }

  @Test
  void runsBesideOthersWithoutAnyJmxNames() throws Exception {
    try (EmbeddedZooKeeper one = start();
        EmbeddedZooKeeper two = start();
        TestClient first = TestClient.connect(one);
        TestClient second = TestClient.connect(two)) {
      create(first, "/a");

      assertThat(one.port()).isNotEqualTo(two.port());
      assertThat(second.exists("/a", false)).isNull();
      assertThat(ManagementFactory.getPlatformMBeanServer()
              .queryNames(new ObjectName("org.apache.ZooKeeperService:*"), null))
          .isEmpty();
    }
  }

  @Test
  void leavesTheSystemPropertiesAsTheyWere() {
    Properties before = (Properties) System.getProperties().clone();

    try (EmbeddedZooKeeper server = start()) {
      assertThat(server.isRunning()).isTrue();
      assertThat(System.getProperties()).isEqualTo(before);
    }

    assertThat(System.getProperties()).isEqualTo(before);
  }

  @Test
  void refusesADirectoryInUseAndAPortInUse() throws Exception {
    try (EmbeddedZooKeeper server =
            EmbeddedZooKeeper.builder().dataDirectory(directory).start();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(server.isRunning()).isTrue();

      assertThatThrownBy(
              () -> EmbeddedZooKeeper.builder().dataDirectory(directory).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(directory.toString());
      assertThatThrownBy(
              () -> EmbeddedZooKeeper.builder().port(taken.getLocalPort()).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(String.valueOf(taken.getLocalPort()));
    }
  }

  @Test
  void endsASessionOnDemand() throws Exception {
    try (EmbeddedZooKeeper server = start();
        TestClient staying = TestClient.connect(server);
        TestClient leaving = TestClient.connect(server)) {
      CountDownLatch deleted = new CountDownLatch(1);
      leaving.create("/e", new byte[0], OPEN_ACL_UNSAFE, EPHEMERAL);
      staying.exists("/e", event -> deleted.countDown());

      assertThat(server.sessions())
          .containsExactlyInAnyOrder(leaving.getSessionId(), staying.getSessionId());

      server.expireSession(leaving.getSessionId());

      assertThat(deleted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.sessions()).containsExactly(staying.getSessionId());
      assertThat(staying.exists("/e", false)).isNull();
    }
  }

  @Test
  void stopsWhenTheThreadThatStopsItIsInterrupted() {
    try (EmbeddedZooKeeper server = start()) {
      Thread.currentThread().interrupt();

      server.stop();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(server.isRunning()).isFalse();
    }
  }

  @Test
  void countsWritesAlsoInsideMultis() throws Exception {
    try (EmbeddedZooKeeper server = start();
        TestClient client = TestClient.connect(server)) {
      create(client, "/a");
      OperationCounts before = server.operations();

      create(client, "/b");
      client.setData("/b", new byte[0], 0);
      client.delete("/b", 1);
      client.multi(List.of(
          Op.check("/a", 0),
          Op.create("/c", new byte[0], OPEN_ACL_UNSAFE, PERSISTENT),
          Op.setData("/c", new byte[0], 0),
          Op.delete("/c", 1)));
      client.multi(List.of(Op.check("/a", 0)));

      assertThat(server.operations().since(before)).isEqualTo(new OperationCounts(6, 0, 2));
    }
  }

  @Test
  void countsNothingWrittenByWhatIsRefused() throws Exception {
    try (EmbeddedZooKeeper server = start();
        TestClient client = TestClient.connect(server)) {
      create(client, "/a");
      OperationCounts before = server.operations();

      assertThatThrownBy(() -> create(client, "/a")).isInstanceOf(KeeperException.class);
      assertThatThrownBy(() -> client.setData("/a", new byte[0], 9))
          .isInstanceOf(KeeperException.class);
      assertThatThrownBy(() -> client.delete("/none", -1)).isInstanceOf(KeeperException.class);
      assertThatThrownBy(() -> client.multi(List.of(
              Op.create("/c", new byte[0], OPEN_ACL_UNSAFE, PERSISTENT), Op.check("/a", 9))))
          .isInstanceOf(KeeperException.class);

      assertThat(server.operations().since(before)).isEqualTo(new OperationCounts(0, 0, 1));
    }
  }

  @Test
  void countsReadsAlsoInsideMultis() throws Exception {
    try (EmbeddedZooKeeper server = start();
        TestClient client = TestClient.connect(server)) {
      create(client, "/a");
      OperationCounts before = server.operations();

      client.getData("/a", false, null);
      client.exists("/none", false);
      client.getChildren("/", false);
      client.multi(List.of(Op.getData("/a"), Op.getData("/none"), Op.getChildren("/")));

      assertThat(server.operations().since(before)).isEqualTo(new OperationCounts(0, 6, 0));
    }
  }

  @Test
  void countsEphemeralsThatGoWithTheirSession() throws Exception {
    try (EmbeddedZooKeeper server = start();
        TestClient staying = TestClient.connect(server)) {
      TestClient leaving = TestClient.connect(server);
      leaving.create("/e1", new byte[0], OPEN_ACL_UNSAFE, EPHEMERAL);
      leaving.create("/e2", new byte[0], OPEN_ACL_UNSAFE, EPHEMERAL);
      OperationCounts before = server.operations();

      leaving.close();

      assertThat(staying.exists("/e1", false)).isNull();
      assertThat(server.operations().since(before)).isEqualTo(new OperationCounts(2, 1, 0));
    }
  }

  @Test
  void keepsCountingAcrossARestart() throws Exception {
    try (EmbeddedZooKeeper server = start()) {
      try (TestClient client = TestClient.connect(server)) {
        create(client, "/a");
      }
      OperationCounts before = server.operations();

      server.stop();
      server.start();

      assertThat(before).isEqualTo(new OperationCounts(1, 0, 0));
      assertThat(server.operations()).isEqualTo(before);
    }
  }
}
