// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import io.heddle.participant.ParticipantStatus.Phase;
import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session after the other (rule R3): each has its own registration and at most one incarnation,
 * and the next is opened when everything of the one before is reset (R5). Confined to its loop.
 */
final class ParticipantShell {
  private static final Logger log = LoggerFactory.getLogger(ParticipantShell.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(60);

  private final Store store;
  private final ParticipantConfig config;
  private final Loop loop;
  private final Executor executor;
  private final Runnable release;
  private final CompletableFuture<Void> started;
  private final CompletableFuture<Void> ended;
  private final List<CompletableFuture<Void>> stopped = new ArrayList<>();
  private @Nullable Life life;
  private Phase phase = Phase.NEW;
  private String detail = "";
  private long lastIncarnation;
  private boolean everRegistered;
  private boolean stopping;
  private boolean finished;
  private int quickEnds;

  /**
   * A participant that is not started.
   *
   * @param release frees threads; run last
   * @param started completed with the first registration
   * @param ended completed when the loop is closed: what is handed to it later is dropped
   */
  ParticipantShell(
      Store store,
      ParticipantConfig config,
      Loop loop,
      Executor executor,
      Runnable release,
      CompletableFuture<Void> started,
      CompletableFuture<Void> ended) {
    this.store = store;
    this.config = config;
    this.loop = loop;
    this.executor = executor;
    this.release = release;
    this.started = started;
    this.ended = ended;
  }

  void start() {
    if (phase == Phase.NEW && !stopping) {
      open();
    }
  }

  private void open() {
    if (!stopping) {
      life = new Life();
      life.open();
    }
  }

  private void enter(Phase next, String why) {
    phase = next;
    detail = why;
    log.info("{}: {}{}{}", config.who(), next, why.isEmpty() ? "" : ": ", why);
  }

  /** Hands over first; completes {@code done} when that is done, or the bound has passed. */
  void stop(Duration bound, CompletableFuture<Void> done) {
    stopped.add(done);
    if (life == null || life.incarnation == null || life.over) {
      close();
    } else if (!stopping) {
      stopping = true;
      enter(Phase.LEAVING, "");
      life.incarnation.leave();
      loop.schedule(bound, this::close);
    }
  }

  /** Ends the session now; replicas are reset after that. */
  void close() {
    stopping = true;
    started.completeExceptionally(
        new RegistrationException(config.who() + " was closed before it was registered"));
    if (life == null) {
      finish();
    } else if (!life.over) {
      life.end("closed");
    }
    // Whoever stopped with a bound must not wait for callbacks that hang.
    stopped.forEach(future -> future.complete(null));
    stopped.clear();
  }

  private void finish() {
    if (!finished) {
      life = null;
      if (phase != Phase.FAILED) {
        enter(Phase.CLOSED, "");
      }
      finished = true;
      release.run();
      loop.close();
      ended.complete(null);
    }
  }

  ParticipantStatus status() {
    ImmutableList.Builder<ParticipantStatus.Replica> replicas = ImmutableList.builder();
    Phase shown = phase;
    if (life != null && life.incarnation != null) {
      life.incarnation
          .states()
          .forEach((key, state) -> replicas.add(new ParticipantStatus.Replica(key.id(), state)));
      if (phase == Phase.SERVING && !life.incarnation.isLeaseHeld()) {
        shown = Phase.FENCED;
      }
    }
    return new ParticipantStatus(
        config.instance(), shown, detail, lastIncarnation, replicas.build());
  }

  /** One session, from its opening until everything of it is reset. */
  private final class Life implements Registration.Outcome, Incarnation.Listener {
    private @Nullable StoreSession session;
    private @Nullable Registration registration;
    private @Nullable Incarnation incarnation;
    private boolean over;

    void open() {
      enter(Phase.CONNECTING, "");
      session = store.open(config.session(), loop, this::onEvent);
    }

    private void onEvent(SessionEvent event) {
      if (over) {
        return;
      }
      switch (event) {
        case CONNECTED -> connected();
        case DISCONNECTED -> log.warn("{}: the connection is lost", config.who());
        case EXPIRED -> end("the session expired");
        case AUTH_FAILED ->
          failed(new RegistrationException(
              config.who() + ": the store does not accept the credentials"));
      }
    }

    private void connected() {
      StoreSession opened = java.util.Objects.requireNonNull(session);
      if (incarnation != null) {
        incarnation.connected();
        return;
      }
      Duration asked = config.session().timeout();
      if (opened.timeout().compareTo(asked) > 0) {
        // The server's least is two ticks, and self-fencing needs four. A timeout that was granted
        // as asked, or was cut to the server's greatest (twenty ticks), can't be judged from here.
        failed(new RegistrationException(config.who() + ": a session timeout of " + asked
            + " is below the server's least, " + opened.timeout() + "; ask for at least "
            + opened.timeout().multipliedBy(2)));
        return;
      }
      if (registration == null) {
        registration = new Registration(config, loop, opened, this);
      }
      registration.connected();
    }

    @Override
    public void registered(Registration.Registered registered) {
      lastIncarnation = registered.live().incarnation();
      enter(Phase.SERVING, "incarnation " + lastIncarnation);
      Incarnation next = new Incarnation(
          config, loop, java.util.Objects.requireNonNull(session), executor, registered, this);
      incarnation = next;
      everRegistered = true;
      next.begin(registered);
      started.complete(null);
    }

    @Override
    public void waits(String reason) {
      enter(Phase.WAITING_FOR_NAME, reason);
    }

    @Override
    public void failed(RegistrationException reason) {
      if (over) {
        return;
      }
      if (everRegistered) {
        log.error("{}: can't register; trying again in {}", config.who(), AFTER_FAILURE, reason);
      } else {
        stopping = true;
      }
      started.completeExceptionally(reason);
      end(java.util.Objects.requireNonNull(reason.getMessage()), AFTER_FAILURE);
      enter(Phase.FAILED, java.util.Objects.requireNonNull(reason.getMessage()));
    }

    @Override
    public void closed(String reason) {
      if (!over) {
        log.warn("{}: incarnation {} was closed: {}", config.who(), lastIncarnation, reason);
        end(reason);
      }
    }

    @Override
    public void departed() {
      if (!over) {
        end("everything is handed over");
      }
    }

    void end(String reason) {
      end(reason, pause());
    }

    private Duration pause() {
      // At once at first; a session that ends again and again is opened ever more slowly.
      quickEnds = incarnation == null ? Math.min(quickEnds + 1, 10) : 1;
      Duration pause = SHORTEST_PAUSE.multipliedBy(1L << (quickEnds - 1));
      return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private void end(String reason, Duration pause) {
      over = true;
      enter(Phase.RESETTING, reason);
      if (registration != null) {
        registration.close();
      }
      if (incarnation == null) {
        closeSession();
        next(pause);
        return;
      }
      Loop.Timer blocked = loop.schedule(config.blockedAfter(), this::blocked);
      // Leases end before the session does: nobody else may be promoted before that.
      incarnation.end(() -> {
        blocked.cancel();
        incarnation = null;
        next(pause);
      });
      closeSession();
    }

    private void closeSession() {
      if (session != null) {
        session.close();
      }
    }

    private void blocked() {
      log.error(
          "{}: callbacks of incarnation {} have not returned after {}; there is no next one"
              + " before they do",
          config.who(),
          lastIncarnation,
          config.blockedAfter());
      config.onBlocked().run();
    }

    private void next(Duration pause) {
      if (stopping) {
        // Behind what runs now: the session is to be closed before its loop is.
        loop.execute(ParticipantShell.this::finish);
      } else {
        loop.schedule(pause, ParticipantShell.this::open);
      }
    }
  }
}
