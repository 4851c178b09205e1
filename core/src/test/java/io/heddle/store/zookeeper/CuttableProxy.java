// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server, over TCP on the loopback address, that can be cut. Thread-safe: what changes
 * is guarded by its monitor; two threads for each connection copy bytes and hold nothing.
 */
final class CuttableProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ServerSocket door;
  private final int serverPort;
  private final List<Connection> connections = new ArrayList<>();
  private boolean cut;
  private boolean losesReplies;
  private int refused;

  /** A connection through the proxy. */
  private record Connection(Socket client, Socket server) {
    void close() {
      closeQuietly(client);
      closeQuietly(server);
    }
  }

  CuttableProxy(int serverPort) {
    this.serverPort = serverPort;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no port for a proxy", e);
    }
    start("door", this::welcome);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Closes the connections, and each new one at once. */
  synchronized void cut() {
    cut = true;
    drop();
  }

  /** Swallows from now on what the server sends. */
  synchronized void loseReplies() {
    losesReplies = true;
  }

  /** Lets connections through again; those with lost replies are closed. */
  synchronized void heal() {
    if (losesReplies) {
      drop();
    }
    losesReplies = false;
    cut = false;
  }

  /** How many connections were closed at once. */
  synchronized int refused() {
    return refused;
  }

  private void drop() {
    connections.forEach(Connection::close);
    connections.clear();
  }

  private void welcome() throws IOException {
    while (true) {
      Socket client = door.accept();
      Connection connection = connect(client);
      if (connection == null) {
        closeQuietly(client);
      } else {
        start("requests", () -> copy(connection.client(), connection.server()));
        start("replies", () -> copy(connection.server(), connection.client()));
      }
    }
  }

  private synchronized @Nullable Connection connect(Socket client) {
    if (cut) {
      refused++;
      return null;
    }
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
    } catch (IOException e) {
      closeQuietly(server);
      return null;
    }
    Connection connection = new Connection(client, server);
    connections.add(connection);
    return connection;
  }

  /** Copies until either side ends; then both end. */
  private void copy(Socket from, Socket to) {
    boolean replies = from.getPort() == serverPort;
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[BUFFER_BYTES];
      int length = in.read(buffer);
      while (length >= 0) {
        if (!(replies && losesReplies())) {
          out.write(buffer, 0, length);
        }
        length = in.read(buffer);
      }
    } catch (IOException e) {
      // One side has gone: so goes the other.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private synchronized boolean losesReplies() {
    return losesReplies;
  }

  @Override
  public synchronized void close() {
    cut = true;
    drop();
    closeQuietly(door);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(String name, Work work) {
    Thread thread = new Thread(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            // The door was closed.
          }
        },
        "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("a socket that can't be closed", e);
    }
  }
}
