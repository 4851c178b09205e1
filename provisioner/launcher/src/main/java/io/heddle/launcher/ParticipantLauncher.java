// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.participant.TransitionHandler;
import io.heddle.provisioner.ContainerEnvironment;
import io.heddle.provisioner.Lifeline;
import io.heddle.provisioner.ServiceContext;
import io.heddle.provisioner.StatelessParticipantService;
import io.heddle.store.Store;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of a container: reads from the environment who it is, makes the service,
 * registers, and serves until it is told to stop. Then it hands its roles over first.
 *
 * <p>Exit status: 0 after an orderly stop, 1 if the service could not be started, 3 if the lifeline
 * ended, which says that the controller is gone.
 */
public final class ParticipantLauncher {
  private static final Logger log = LoggerFactory.getLogger(ParticipantLauncher.class);

  /** How long roles are handed over before the process ends all the same. */
  private static final Duration HAND_OVER = Duration.ofSeconds(8);

  private final ContainerEnvironment environment;
  private final Store store;
  private final HeddleParticipant participant;
  private final Runnable afterwards;

  private ParticipantLauncher(ContainerEnvironment environment) throws Exception {
    this.environment = environment;
    this.store = new ZooKeeperStore(environment.access().zooKeeper());
    HeddleParticipant.Builder builder = HeddleParticipant.builder(
            store, environment.access().cluster(), environment.instance().name())
        .container(environment.start());
    environment
        .access()
        .secured()
        .ifPresent(secured -> builder.secured(secured.own(), secured.control()));
    Object service = Class.forName(environment.mainClass()).getConstructor().newInstance();
    ServiceContext context = ServiceContext.of(environment);
    if (service instanceof ParticipantService own) {
      own.start(new ParticipantServiceContext(context, environment.access(), store, builder));
      builder.stateModel(
          environment.service(),
          StateModels.ONLINE_OFFLINE,
          StateModelFactory.ofHandler(partition -> transition -> {}));
      this.afterwards = () -> stop(own);
    } else if (service instanceof StatelessParticipantService stateless) {
      stateless.init(context);
      builder.stateModel(
          environment.service(),
          StateModels.ONLINE_OFFLINE,
          StateModelFactory.ofHandler(partition -> handler(stateless)));
      this.afterwards = () -> {};
    } else {
      throw new IllegalArgumentException(
          "main class " + environment.mainClass() + " of service " + environment.service()
              + " must implement " + ParticipantService.class.getName() + " or "
              + StatelessParticipantService.class.getName());
    }
    this.participant = builder.build();
  }

  private static TransitionHandler handler(StatelessParticipantService service) {
    return transition -> {
      if (transition.to().equals("ONLINE")) {
        service.onOnline();
      } else if (transition.from().equals("ONLINE")) {
        service.onOffline();
      }
    };
  }

  private static void stop(ParticipantService service) {
    try {
      service.stop();
    } catch (Exception e) {
      log.warn("The service failed to stop; the process ends all the same", e);
    }
  }

  /** Runs the service that the environment names. Takes no arguments. */
  public static void main(String[] args) throws InterruptedException {
    ParticipantLauncher launcher;
    try {
      launcher = new ParticipantLauncher(ContainerEnvironment.read(System.getenv()));
      launcher.run();
    } catch (Exception e) {
      log.error("The service cannot be started", e);
      Runtime.getRuntime().halt(1);
    }
  }

  private void run() throws InterruptedException, ExecutionException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "heddle-stop"));
    if (environment.lifeline() == Lifeline.STDIN) {
      Thread lifeline = new Thread(ParticipantLauncher::watchLifeline, "heddle-lifeline");
      lifeline.setDaemon(true);
      lifeline.start();
    }
    participant.start().toCompletableFuture().get();
    log.info(
        "{} serves {} in container {}",
        environment.instance(),
        environment.service(),
        environment.start());
    // The process lives until its shutdown hook has run.
    new CountDownLatch(1).await();
  }

  private static void watchLifeline() {
    try {
      InputStream in = System.in;
      while (in.read() >= 0) {
        // Nothing is ever sent: only the end counts.
      }
    } catch (IOException e) {
      log.debug("The lifeline broke", e);
    }
    log.warn("The controller that started this container is gone; the container ends");
    // Not exit: there is nobody left to hand over to.
    Runtime.getRuntime().halt(3);
  }

  private void shutDown() {
    try {
      participant
          .stop(HAND_OVER)
          .toCompletableFuture()
          .get(HAND_OVER.toMillis() + 1_000, TimeUnit.MILLISECONDS);
      afterwards.run();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("{} ends without having handed everything over", environment.instance(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.close();
    }
  }
}
