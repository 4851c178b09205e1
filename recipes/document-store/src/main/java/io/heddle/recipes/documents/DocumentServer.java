// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of a node: one thread for each connection, at most {@value #MAX_CONNECTIONS}; more are
 * turned away. Thread-safe.
 */
final class DocumentServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DocumentServer.class);
  private static final int MAX_CONNECTIONS = 128;
  private static final Duration IDLE = Duration.ofMinutes(5);

  private final ServerSocket socket;
  private final IntFunction<Optional<Mastership>> terms;
  private final ThreadPoolExecutor pool;

  /** Listens on a free port of the loopback address. */
  DocumentServer(IntFunction<Optional<Mastership>> terms) throws IOException {
    this.terms = terms;
    this.socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    this.pool = new ThreadPoolExecutor(
        0, MAX_CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
          Thread thread = new Thread(task, "document-connection");
          thread.setDaemon(true);
          return thread;
        });
    Thread acceptor = new Thread(this::accept, "document-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        try {
          pool.execute(() -> serve(connection));
        } catch (RejectedExecutionException e) {
          connection.close();
          log.warn("A connection is turned away: {} are open", MAX_CONNECTIONS);
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          log.warn("A connection can't be accepted", e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    boolean handedOver = false;
    try {
      Wire wire = new Wire(connection);
      wire.timeout(IDLE);
      while (!handedOver) {
        Message request = wire.receive();
        if (request instanceof Message.Join join) {
          Optional<Mastership> term = terms.apply(join.partition());
          Optional<Message> refusal = term.isPresent()
              ? term.get().join(join, wire)
              : Optional.of(Replica.notMaster(join.partition()));
          handedOver = refusal.isEmpty();
          if (!handedOver) {
            wire.send(refusal.orElseThrow());
            return;
          }
        } else {
          wire.send(answer(request));
        }
      }
    } catch (IOException e) {
      log.debug("A connection ends", e);
    } finally {
      if (!handedOver) {
        close(connection);
      }
    }
  }

  private static void close(Socket connection) {
    try {
      connection.close();
    } catch (IOException e) {
      log.debug("A connection is closed already", e);
    }
  }

  private Message answer(Message request) throws IOException {
    if (request instanceof Message.Put put) {
      return terms
          .apply(put.partition())
          .map(term -> term.put(put))
          .orElseGet(() -> Replica.notMaster(put.partition()));
    }
    if (request instanceof Message.Get get) {
      return terms
          .apply(get.partition())
          .map(term -> term.get(get))
          .orElseGet(() -> Replica.notMaster(get.partition()));
    }
    if (request instanceof Message.Leave leave) {
      return terms
          .apply(leave.partition())
          .map(term -> term.leave(leave))
          .orElseGet(() -> Replica.notMaster(leave.partition()));
    }
    throw new IOException("no request: " + request);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    pool.shutdownNow();
  }
}
