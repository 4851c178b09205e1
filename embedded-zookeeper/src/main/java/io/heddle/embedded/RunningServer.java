// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of the server, until its stop. Confined to the lock of its owner. */
final class RunningServer {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static final Logger log = LoggerFactory.getLogger(RunningServer.class);

  private static final String FORCE_SYNC = "zookeeper.forceSync";
  private static final int UNLIMITED_CONNECTIONS = 0;
  private static final int DEFAULT_BACKLOG = -1;
  private static final int SNAPSHOTS_KEPT = 3;
  private static final int PURGE_HOURS = 1;

  private final FileTxnSnapLog files;
  private final CountingServer server;
  private final NIOServerCnxnFactory connections;
  private final DatadirCleanupManager cleanup;

  private RunningServer(
      File directory, EmbeddedZooKeeper.Settings settings, OperationCounter.Tally tally)
      throws IOException {
    this.files = open(directory, settings.fsync());
    this.server = new CountingServer(
        files,
        settings.tickMillis(),
        settings.minSessionMillis(),
        settings.maxSessionMillis(),
        tally);
    this.connections = new Connections();
    this.cleanup = new DatadirCleanupManager(directory, directory, SNAPSHOTS_KEPT, PURGE_HOURS);
  }

  static RunningServer start(
      File directory, int port, EmbeddedZooKeeper.Settings settings, OperationCounter.Tally tally)
      throws IOException {
    RunningServer starting = new RunningServer(directory, settings, tally);
    boolean serves = false;
    try {
      starting.serve(port);
      serves = true;
    } finally {
      if (!serves) {
        starting.stop();
      }
    }
    log.info("ZooKeeper serves on {}:{} with the data in {}", LOOPBACK, starting.port(), directory);
    return starting;
  }

  /** Only once it serves does it accept: no client is sent away, to come back a second later. */
  private void serve(int port) throws IOException {
    connections.configure(
        new InetSocketAddress(LOOPBACK, port), UNLIMITED_CONNECTIONS, DEFAULT_BACKLOG, false);
    connections.setZooKeeperServer(server);
    try {
      server.startdata();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading the data", e);
    }
    server.startup();
    cleanup.start();
    connections.start();
  }

  /** ZooKeeper has no other way to say it than a system property, read when a log is opened. */
  private static FileTxnSnapLog open(File directory, boolean fsync) throws IOException {
    synchronized (RunningServer.class) {
      if (fsync) {
        return new FileTxnSnapLog(directory, directory);
      }
      String before = System.setProperty(FORCE_SYNC, "no");
      try {
        return new FileTxnSnapLog(directory, directory);
      } finally {
        if (before == null) {
          System.clearProperty(FORCE_SYNC);
        } else {
          System.setProperty(FORCE_SYNC, before);
        }
      }
    }
  }

  /** The loopback address as it stands in a connect string. */
  static String host() {
    String address = LOOPBACK.getHostAddress();
    return LOOPBACK instanceof Inet6Address ? "[" + address + "]" : address;
  }

  int port() {
    return connections.getLocalPort();
  }

  void expireSession(long sessionId) {
    server.expire(sessionId);
  }

  Set<Long> sessions() {
    return new TreeSet<>(server.getSessionTracker().globalSessions());
  }

  /**
   * In a thread of its own, because ZooKeeper ends the JVM when the thread that stops it is
   * interrupted.
   */
  void stop() {
    FutureTask<Void> task = new FutureTask<>(this::stopNow, null);
    new Thread(task, "heddle-zookeeper-stop").start();
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException("the ZooKeeper server did not stop properly", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopNow() {
    cleanup.shutdown();
    connections.shutdown();
    server.shutdown(true);
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException("can't close ZooKeeper's log in " + files.getDataLogDir(), e);
    }
  }

  /** Without a JMX bean for each connection. */
  private static final class Connections extends NIOServerCnxnFactory {
    @Override
    public void registerConnection(ServerCnxn connection) {}
  }
}
