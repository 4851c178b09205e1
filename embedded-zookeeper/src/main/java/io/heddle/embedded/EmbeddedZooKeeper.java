// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A real ZooKeeper server (one, not an ensemble) inside the process. It listens on the loopback
 * address only, keeps its data in a directory of the caller's choice or in a temporary one, and can
 * be stopped and started again on the same port with the same data and sessions. Thread-safe.
 *
 * <pre>{@code
 * try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder().start()) {
 *   use(zooKeeper.connectString());
 * }
 * }</pre>
 *
 * <p>Any number of servers may run in one JVM. There is no admin server, no JMX, and no limit to
 * the number of connections. The three newest snapshots are kept, and what is older is deleted
 * every hour. ZooKeeper's own JVM-wide system properties are neither needed nor changed, with one
 * exception: see {@link Builder#fsync}.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private final DataDirectory directory;
  private final Settings settings;
  private int port;
  private @Nullable RunningServer running;
  private boolean closed;
  private volatile OperationCounts operations = OperationCounts.NONE;

  /** How a server runs, the same at each start. */
  record Settings(int tickMillis, int minSessionMillis, int maxSessionMillis, boolean fsync) {}

  private EmbeddedZooKeeper(DataDirectory directory, int port, Settings settings) {
    this.directory = directory;
    this.port = port;
    this.settings = settings;
  }

  /** A server with the defaults: temporary directory, free port, fsync. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts the server, and returns when it serves. Does nothing if it runs already.
   *
   * @throws IllegalStateException if it is closed, if another server uses the data directory, or if
   *     an artifact that the server needs is not on the class path
   * @throws UncheckedIOException if the port can't be bound or the data can't be read
   */
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("the embedded ZooKeeper server is closed");
    }
    if (running != null) {
      return;
    }
    RequiredArtifacts.check(EmbeddedZooKeeper.class.getClassLoader());
    File files = directory.path().toFile();
    try {
      directory.take();
      RunningServer started = RunningServer.start(files, port, settings, this::add);
      port = started.port();
      running = started;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't start ZooKeeper on port %d with the data in %s".formatted(port, files), e);
    } finally {
      if (running == null) {
        directory.giveBack();
      }
    }
  }

  /** Called by the server's sync thread only, so that reading and writing need no lock. */
  private void add(OperationCounts more) {
    OperationCounts sum = operations.plus(more);
    operations = sum;
  }

  /**
   * Stops the server; connections are lost, data and sessions are kept. Does nothing if it doesn't
   * run.
   */
  public synchronized void stop() {
    RunningServer stopping = running;
    running = null;
    if (stopping != null) {
      try {
        stopping.stop();
      } finally {
        directory.giveBack();
      }
    }
  }

  /** Whether it was started and not stopped since. */
  public synchronized boolean isRunning() {
    return running != null;
  }

  /**
   * The port; stays the same from the first start on.
   *
   * @throws IllegalStateException if a free port was asked for and it was never started
   */
  public synchronized int port() {
    if (port == 0) {
      throw new IllegalStateException("the port is not known before the first start");
    }
    return port;
  }

  /** What clients connect to, such as {@code 127.0.0.1:2181}; as {@link #port}. */
  public String connectString() {
    return RunningServer.host() + ":" + port();
  }

  /** Where the data are. */
  public Path dataDirectory() {
    return directory.path();
  }

  /**
   * What was done so far. A client's request is counted when the client has its answer.
   *
   * @see OperationCounts
   */
  public OperationCounts operations() {
    return operations;
  }

  /**
   * Ends a session as if it had expired: its ephemerals are deleted, its client learns of it.
   *
   * @param sessionId the session; one that doesn't exist is ignored
   * @throws IllegalStateException if the server doesn't run
   */
  public synchronized void expireSession(long sessionId) {
    if (running == null) {
      throw new IllegalStateException("the embedded ZooKeeper server does not run");
    }
    running.expireSession(sessionId);
  }

  /**
   * The sessions that have neither ended nor expired, also of clients that are gone.
   *
   * @throws IllegalStateException if the server doesn't run
   */
  public synchronized Set<Long> sessions() {
    if (running == null) {
      throw new IllegalStateException("the embedded ZooKeeper server does not run");
    }
    return running.sessions();
  }

  /** Stops the server for good, and deletes its directory if that is a temporary one. */
  @Override
  public synchronized void close() {
    stop();
    if (!closed) {
      closed = true;
      directory.discard();
    }
  }

  /** Describes a server. Confined to one thread. */
  public static final class Builder {
    private @Nullable Path dataDirectory;
    private int port;
    private Duration tickTime = Duration.ofMillis(500);
    private @Nullable Duration minSessionTimeout;
    private Duration maxSessionTimeout = Duration.ofSeconds(60);
    private boolean fsync = true;

    private Builder() {}

    /** Where the data are kept; made if need be. Without, a temporary directory. */
    public Builder dataDirectory(Path directory) {
      this.dataDirectory = directory;
      return this;
    }

    /**
     * The port to listen on.
     *
     * @param port 1 to 65,535, or 0, the default, for a free one
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
      }
      this.port = port;
      return this;
    }

    /** ZooKeeper's unit of time; sessions expire up to this late. Without, 500 ms. */
    public Builder tickTime(Duration tickTime) {
      millis("tick time", tickTime);
      this.tickTime = tickTime;
      return this;
    }

    /** The shortest session timeout that is granted. Without, two ticks. */
    public Builder minSessionTimeout(Duration timeout) {
      millis("least session timeout", timeout);
      this.minSessionTimeout = timeout;
      return this;
    }

    /** The longest session timeout that is granted. Without, 60 s. */
    public Builder maxSessionTimeout(Duration timeout) {
      millis("longest session timeout", timeout);
      this.maxSessionTimeout = timeout;
      return this;
    }

    /**
     * Whether each transaction is forced to the disk before it is answered. The default is
     * {@code true}. {@code false} is for tests only: it saves time, and a crash of the machine (not
     * of the process) may then lose transactions that were answered.
     *
     * <p>ZooKeeper knows this only as the system property {@code zookeeper.forceSync}, which it
     * reads when a transaction log is opened. With {@code false}, each start sets that property for
     * the moment of opening and puts it back; a ZooKeeper server that somebody else starts in this
     * JVM in the same moment would be affected. With {@code true} the property is left alone, and
     * counts if the user has set it.
     */
    public Builder fsync(boolean fsync) {
      this.fsync = fsync;
      return this;
    }

    /** A server that is not started yet. */
    public EmbeddedZooKeeper build() {
      Duration least = minSessionTimeout == null ? tickTime.multipliedBy(2) : minSessionTimeout;
      if (least.compareTo(maxSessionTimeout) > 0) {
        throw new IllegalArgumentException("the least session timeout, %s, is above the longest, %s"
            .formatted(least, maxSessionTimeout));
      }
      Settings settings = new Settings(
          millis("tick time", tickTime),
          millis("least session timeout", least),
          millis("longest session timeout", maxSessionTimeout),
          fsync);
      DataDirectory directory =
          dataDirectory == null ? DataDirectory.temporary() : DataDirectory.of(dataDirectory);
      return new EmbeddedZooKeeper(directory, port, settings);
    }

    /** A server that serves; see {@link EmbeddedZooKeeper#start}. */
    public EmbeddedZooKeeper start() {
      EmbeddedZooKeeper server = build();
      try {
        server.start();
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
      return server;
    }

    private static int millis(String what, Duration duration) {
      long millis = duration.toMillis();
      if (millis < 1 || millis > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "the %s is 1 ms to %d ms, not %s".formatted(what, Integer.MAX_VALUE, duration));
      }
      return (int) millis;
    }
  }
}
