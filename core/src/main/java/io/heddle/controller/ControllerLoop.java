// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.pipeline.Pipeline;
import io.heddle.pipeline.Plan;
import io.heddle.pipeline.Snapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The system in one place: watch → snapshot → plan → apply, and again for as long as something
 * changes. Confined to the controller's loop.
 *
 * <p>Level-triggered: whatever happens only asks for a pass over the newest state; what happens
 * during a pass goes into the next one. So batches form by backpressure, and a lone change waits
 * for nobody.
 */
final class ControllerLoop {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Reign reign;
  private final Pipeline pipeline;
  private int vainInARow;
  private boolean running;
  private boolean wanted;
  private boolean over;

  ControllerLoop(Reign reign, Pipeline pipeline) {
    this.reign = reign;
    this.pipeline = pipeline;
  }

  /** What the loop needs of the reign that it serves: the edges of the flow. */
  interface Reign {
    /** Brings what is known up to date; tells whether that succeeded. */
    void refresh(Consumer<Boolean> done);

    /** The newest state. */
    Snapshot snapshot();

    /** Carries a plan out. */
    void apply(Plan plan, Consumer<Committer.Outcome> done);

    /** Asks for {@link #signal} after a time, or not at all, in place of what was asked before. */
    void wakeAfter(Optional<Duration> delay);

    /** A pass failed: a bug. It must not end the reign. */
    void failed(Throwable fault);

    /** Another controller is in office. */
    void fenced();
  }

  /** Asks for a pass. */
  void signal() {
    wanted = true;
    if (!running && !over) {
      running = true;
      wanted = false;
      reign.refresh(this::refreshed);
    }
  }

  /** Nothing more happens. */
  void end() {
    over = true;
  }

  private void refreshed(boolean ok) {
    if (over) {
      return;
    }
    if (!ok) {
      // The connection is gone; its return asks for a pass.
      running = false;
      signalIfWanted();
      return;
    }
    try {
      Snapshot snapshot = reign.snapshot();
      Plan plan = pipeline.plan(snapshot);
      reign.wakeAfter(delay(plan, snapshot));
      reign.apply(plan, this::passed);
    } catch (RuntimeException | Error e) {
      // The loop's one fault handler: what one pass cannot digest, the next may. A rebalancer of
      // the user may end in an Error, too.
      running = false;
      reign.failed(e);
    }
  }

  private static Optional<Duration> delay(Plan plan, Snapshot snapshot) {
    return plan.wakeAtNanos().isPresent()
        ? Optional.of(
            Duration.ofNanos(Math.max(0, plan.wakeAtNanos().getAsLong() - snapshot.nowNanos())))
        : Optional.empty();
  }

  private void passed(Committer.Outcome outcome) {
    running = false;
    if (over) {
      return;
    }
    boolean vain = outcome == Committer.Outcome.REFUSED || outcome == Committer.Outcome.UNKNOWN;
    vainInARow = vain ? vainInARow + 1 : 0;
    switch (outcome) {
      case FENCED -> reign.fenced();
      // What was done may allow the next step.
      case DONE -> signal();
      // A conflict is one more pass; one that does not pass away must not keep the loop busy.
      case REFUSED -> reign.wakeAfter(Optional.of(pause()));
      case UNKNOWN -> {
        // Mostly the connection is gone. An outcome that stays unknown is a refusal by another
        // name.
        if (vainInARow > 1) {
          reign.wakeAfter(Optional.of(pause()));
        } else {
          signalIfWanted();
        }
      }
      case NOTHING -> signalIfWanted();
    }
  }

  private void signalIfWanted() {
    if (wanted) {
      signal();
    }
  }

  private Duration pause() {
    int doublings = Math.min(vainInARow - 1, 10);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
