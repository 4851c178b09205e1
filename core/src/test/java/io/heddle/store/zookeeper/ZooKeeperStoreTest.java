// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.SessionOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooKeeperStoreTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "/heddle", "zk1:2181//", "zk1:2181/a/"})
  void refusesAConnectStringThatCanNotBe(String connectString) {
    assertThatThrownBy(() -> new ZooKeeperStore(connectString))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.0001S", "PT600H"})
  void refusesATimeoutThatCanNotBe(String timeout) {
    SessionOptions options = SessionOptions.of(Duration.parse(timeout));

    try (ZooKeeperStore store = new ZooKeeperStore("127.0.0.1:1");
        Loop loop = new ThreadLoop("test")) {
      assertThatThrownBy(() -> store.open(options, loop, event -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(timeout);
    }
  }

  @Test
  void opensNothingOnceClosed() {
    ZooKeeperStore store = new ZooKeeperStore("127.0.0.1:1/root");
    store.close();

    try (Loop loop = new ThreadLoop("test")) {
      assertThatThrownBy(
              () -> store.open(SessionOptions.of(Duration.ofSeconds(1)), loop, event -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("127.0.0.1:1/root");
    }
    assertThat(store).hasToString("ZooKeeperStore[127.0.0.1:1/root]");
  }
}
