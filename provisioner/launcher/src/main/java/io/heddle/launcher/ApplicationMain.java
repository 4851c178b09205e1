// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.admin.AdminException;
import io.heddle.controller.ControllerListener;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.model.ContainerId;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.local.LocalContainerProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import io.heddle.task.TaskException;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowState;
import io.heddle.task.WorkflowStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the application that a YAML file describes, on an embedded ZooKeeper and in local
 * containers, until it is told to end. The containers end with it. Its workflows are submitted once
 * it has started, and how each ends is printed.
 *
 * <p>Exit status: 1 if the application cannot be started, 2 if the call is wrong; after a signal
 * the signal's, such as 130 after Ctrl-C. Whatever the status, nothing that it started is left.
 */
public final class ApplicationMain {
  private static final Logger log = LoggerFactory.getLogger(ApplicationMain.class);
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

  /** Longer than the containers, the store and the server take together, each with its bound. */
  private static final Duration END = Duration.ofMinutes(2);

  private final ApplicationOptions options;
  private final Closing closing = new Closing();

  private ApplicationMain(ApplicationOptions options) {
    this.options = options;
  }

  /**
   * Runs.
   *
   * @param args the file; {@code --data DIRECTORY} for ZooKeeper's data and the containers'
   *     directories, default: a new temporary directory, which stays; {@code --credentials FILE}
   *     for the credentials of the roles, default: none, and open access
   */
  public static void main(String[] args) {
    Optional<ApplicationOptions> options = ApplicationOptions.parse(List.of(args));
    if (options.isEmpty()) {
      System.err.println(ApplicationOptions.USAGE);
      System.exit(2);
    }
    ApplicationMain application = new ApplicationMain(options.orElseThrow());
    Runtime.getRuntime().addShutdownHook(new Thread(application::end, "heddle-stop"));
    try {
      application.run();
    } catch (IOException e) {
      application.fail(String.valueOf(e));
    } catch (InterruptedException e) {
      application.fail("it was interrupted");
    } catch (TimeoutException
        | AdminException
        | TaskException
        | UncheckedIOException
        | IllegalArgumentException
        | IllegalStateException e) {
      log.debug("Not started", e);
      application.fail(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      // Nobody foresaw it; without an end, threads that run would keep the process.
      log.error("Not started", e);
      application.fail(e.toString());
    }
  }

  private void fail(String why) {
    // Once the end has begun, it is what failed the start.
    if (!closing.hasBegun()) {
      System.err.println(options.file() + ": the application cannot be started: " + why);
    }
    System.exit(1);
  }

  private void run() throws IOException, InterruptedException, TimeoutException {
    ApplicationBundle bundle = ApplicationBundle.read(options.file());
    Optional<RoleCredentials> roles = options.credentials().isPresent()
        ? Optional.of(CredentialsFile.read(options.credentials().get()))
        : Optional.empty();
    Path directory = (options.data().isPresent()
            ? Files.createDirectories(options.data().get())
            : Files.createTempDirectory("heddle-app-"))
        .toAbsolutePath();
    EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder()
        .dataDirectory(directory.resolve("zookeeper"))
        .start();
    closing.add("ZooKeeper", zooKeeper::close);
    ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
    closing.add("the store", store::close);
    LocalContainerProvider provider = provider(bundle, roles, directory, zooKeeper);
    closing.add("the container provider", () -> stopAll(provider));
    Application application = roles
        .map(r -> new Application(
            bundle, store, provider, SESSION_TIMEOUT, new ControllerListener() {}, r))
        .orElseGet(() ->
            new Application(bundle, store, provider, SESSION_TIMEOUT, new ControllerListener() {}));
    closing.add("the application", application::close);
    List<WorkflowHandle> workflows = application.start();
    System.out.println("Application " + bundle.spec().name() + " runs; ZooKeeper is at "
        + zooKeeper.connectString() + ", containers are below " + directory.resolve("containers")
        + ". Ctrl-C ends it.");
    workflows.forEach(this::follow);
    // It lives until its shutdown hook has run.
    new CountDownLatch(1).await();
  }

  private static LocalContainerProvider provider(
      ApplicationBundle bundle,
      Optional<RoleCredentials> roles,
      Path directory,
      EmbeddedZooKeeper zooKeeper) {
    String cluster = bundle.spec().name();
    ClusterAccess access = roles
        .map(r -> r.containers(cluster, zooKeeper.connectString()))
        .orElseGet(() -> ClusterAccess.of(cluster, zooKeeper.connectString()));
    return LocalContainerProvider.builder(directory.resolve("containers"), access)
        .launcherClass(ParticipantLauncher.class.getName())
        .dieWithController()
        .build();
  }

  private static void stopAll(LocalContainerProvider provider) {
    List<ContainerId> left = provider.closeAndStopAll();
    if (!left.isEmpty()) {
      // Their lifelines break with this process, and they end by themselves.
      log.error("Containers {} could not be stopped", left);
    }
  }

  private void follow(WorkflowHandle workflow) {
    System.out.println("Workflow " + workflow.name() + " is submitted.");
    workflow.completion().whenComplete((status, failure) -> {
      if (status != null) {
        System.out.println(outcome(status));
      } else if (!closing.hasBegun()) {
        System.err.println(
            "Workflow " + workflow.name() + " is not followed any more: " + message(failure));
      }
    });
  }

  private static String message(@Nullable Throwable failure) {
    return failure == null || failure.getMessage() == null
        ? String.valueOf(failure)
        : failure.getMessage();
  }

  private static String outcome(WorkflowStatus status) {
    StringBuilder text = new StringBuilder("Workflow " + status.name() + ": " + status.state());
    if (!status.info().isEmpty()) {
      text.append(": ").append(status.info());
    }
    status.jobs().forEach((name, job) -> {
      text.append("\n  job ").append(name).append(": ").append(job.state());
      text.append(", ").append(job.completed()).append(" of ").append(job.total());
      text.append(" tasks completed");
      if (status.state() != WorkflowState.COMPLETED && !job.info().isEmpty()) {
        text.append(": ").append(job.info());
      }
    });
    return text.toString();
  }

  /** Closes all, within a bound: a process that hangs when it ends helps nobody. */
  private void end() {
    Thread closer = new Thread(closing::close, "heddle-close");
    closer.setDaemon(true);
    closer.start();
    try {
      closer.join(END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closer.isAlive()) {
      System.err.println(
          "Not all could be closed within " + END + "; the process ends all the same");
      Runtime.getRuntime().halt(1);
    }
  }
}
