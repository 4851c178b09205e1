// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The program of the documentation, on a real ZooKeeper server. */
class WhoIsMasterIT {
  @Test
  void printsWhatTheDocumentationSays() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      WhoIsMaster.main(new String[0]);
    } finally {
      System.setOut(before);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsSubsequence(
            "orders/0: OFFLINE to SLAVE",
            "orders/0: SLAVE to MASTER",
            "orders/0 is served by DB-0, MASTER");
  }
}
