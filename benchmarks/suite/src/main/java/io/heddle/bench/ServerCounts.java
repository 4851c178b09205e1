// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.embedded.OperationCounts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * What the ZooKeeper server has done so far.
 *
 * @param operations counted by the embedded server
 * @param received packets that came in, pings too, by ZooKeeper's own count
 * @param sent packets that went out, watch events too
 */
record ServerCounts(OperationCounts operations, long received, long sent) {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** As it is now. */
  static ServerCounts of(EmbeddedZooKeeper server) throws IOException {
    OperationCounts operations = server.operations();
    // ZooKeeper's own command for this; it is allowed by default.
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return new ServerCounts(operations, field(answer, "Received"), field(answer, "Sent"));
    }
  }

  private static long field(String answer, String name) {
    return answer
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> Long.parseLong(line.substring(name.length() + 2).strip()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("ZooKeeper does not tell '" + name + "': " + answer));
  }

  /** What came between {@code earlier} and this. */
  ServerCounts since(ServerCounts earlier) {
    return new ServerCounts(
        operations.since(earlier.operations), received - earlier.received, sent - earlier.sent);
  }
}
