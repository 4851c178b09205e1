// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.controller.ControllerListener;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.local.LocalContainerProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/**
 * Runs the application that a YAML file describes, on an embedded ZooKeeper and in local
 * containers, until it is told to end. The containers end with it.
 *
 * <p>Exit status: 0 after Ctrl-C, 1 if the application cannot be started, 2 if the call is wrong.
 */
public final class ApplicationMain {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

  private ApplicationMain() {}

  /**
   * Runs.
   *
   * @param args the file, and {@code --data DIRECTORY} for ZooKeeper's data and the containers'
   *     directories; default: a new temporary directory
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 1 && !(args.length == 3 && args[1].equals("--data"))) {
      System.err.println("Usage: app FILE [--data DIRECTORY]");
      System.exit(2);
    }
    try {
      Path directory = args.length == 3
          ? Files.createDirectories(Path.of(args[2]))
          : Files.createTempDirectory("heddle-app-");
      run(ApplicationSpecYaml.read(Path.of(args[0])), directory.toAbsolutePath());
    } catch (IOException e) {
      fail(args[0] + " cannot be read: " + e);
    } catch (IllegalArgumentException | TimeoutException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }

  private static void run(ApplicationSpec spec, Path directory)
      throws InterruptedException, TimeoutException {
    EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder()
        .dataDirectory(directory.resolve("zookeeper"))
        .start();
    ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
    LocalContainerProvider provider = LocalContainerProvider.builder(
            directory.resolve("containers"),
            ClusterAccess.of(spec.name(), zooKeeper.connectString()))
        .launcherClass(ParticipantLauncher.class.getName())
        .dieWithController()
        .build();
    Application application =
        new Application(spec, store, provider, SESSION_TIMEOUT, new ControllerListener() {});
    Runtime.getRuntime()
        .addShutdownHook(new Thread(
            () -> {
              application.close();
              provider.closeAndStopAll();
              store.close();
              zooKeeper.close();
            },
            "heddle-stop"));
    application.start();
    System.out.println(
        "Application " + spec.name() + " runs; ZooKeeper is at " + zooKeeper.connectString()
            + ", containers are below " + directory.resolve("containers") + ". Ctrl-C ends it.");
    // It lives until its shutdown hook has run.
    new CountDownLatch(1).await();
  }
}
