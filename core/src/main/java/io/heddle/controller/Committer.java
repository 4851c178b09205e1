// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.controller.Rendering.Bundle;
import io.heddle.controller.Rendering.Write;
import io.heddle.pipeline.Decision;
import io.heddle.schema.TreeCache;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Stat;
import io.heddle.store.StoreSession;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a plan's decisions out: packs them into multis, each fenced by the epoch, pipelines them,
 * and handles refusals (rule R2). Confined to the controller's loop; one plan at a time.
 *
 * <p>A bundle whose znode was refused is dropped until the next pass, after its znode was read
 * again; the others of its multi are rendered anew and sent again; after the second refusal each
 * bundle goes alone. So one restarting instance never holds up the others' plan, and no plan is
 * sent more than three times. What belongs together and is too large for a multi goes as far as it
 * fits; the rest waits for the reply, and is decided anew.
 */
final class Committer {
  /** Most operations of one multi, besides the check of the epoch. */
  static final int MAX_OPS = 500;

  /** Most bytes of one multi. */
  static final int MAX_BYTES = 512 * 1024;

  private static final Logger log = LoggerFactory.getLogger(Committer.class);

  private final StoreSession session;
  private final TreeCache cache;
  private final Rendering rendering;
  private final Op.Check fence;
  private final Consumer<Decision> performed;
  private final Consumer<Rendering.Refusal> refused;

  Committer(
      StoreSession session,
      TreeCache cache,
      Rendering rendering,
      Op.Check fence,
      Consumer<Decision> performed,
      Consumer<Rendering.Refusal> refused) {
    this.session = session;
    this.cache = cache;
    this.rendering = rendering;
    this.fence = fence;
    this.performed = performed;
    this.refused = refused;
  }

  /** How it went. */
  enum Outcome {
    /** Nothing was to be written. */
    NOTHING,
    /** All that was to be written was refused; it is read again before the next pass. */
    REFUSED,
    /** Something was written; what was refused is read again before the next pass. */
    DONE,
    /** An answer was lost with the connection: everything is to be read again. */
    UNKNOWN,
    /** Another controller took office: this reign is over. */
    FENCED
  }

  /** Carries decisions out, and tells how it went. */
  void carryOut(List<Decision> decisions, Consumer<Outcome> done) {
    new Run(done).send(decisions, 1);
  }

  private final class Run {
    private final Consumer<Outcome> done;
    private Outcome outcome = Outcome.NOTHING;
    private int outstanding;

    Run(Consumer<Outcome> done) {
      this.done = done;
    }

    void send(List<Decision> decisions, int attempt) {
      // Counted here too, so that the answer of the last multi does not end the run too early.
      outstanding++;
      List<Bundle> bundles = rendering.bundles(decisions);
      for (Rendering.Refusal refusal : rendering.refusals()) {
        log.info("Not in this pass: {}", refusal.reason());
        refused.accept(refusal);
      }
      List<Bundle> batch = new ArrayList<>();
      int ops = 0;
      int bytes = 0;
      for (Bundle bundle : bundles) {
        boolean full = ops + bundle.ops() > MAX_OPS || bytes + bundle.bytes() > MAX_BYTES;
        if (!batch.isEmpty() && (full || attempt > 2)) {
          commit(batch, attempt);
          batch = new ArrayList<>();
          ops = 0;
          bytes = 0;
        }
        batch.add(bundle);
        ops += bundle.ops();
        bytes += bundle.bytes();
      }
      if (!batch.isEmpty()) {
        commit(batch, attempt);
      }
      answered();
    }

    private void commit(List<Bundle> batch, int attempt) {
      List<Op> ops = new ArrayList<>();
      ops.add(fence);
      batch.forEach(bundle -> bundle.writes().forEach(write -> ops.addAll(write.ops())));
      outstanding++;
      session.commit(ops, answer -> answer(answer, batch, ops, attempt));
    }

    private void answer(Commit answer, List<Bundle> batch, List<Op> ops, int attempt) {
      try {
        if (answer instanceof Commit.Applied applied) {
          raise(Outcome.DONE);
          applied(batch, applied);
        } else if (answer instanceof Commit.Refused refused) {
          refused(batch, ops, refused, attempt);
        } else {
          raise(Outcome.UNKNOWN);
        }
      } finally {
        // Whatever a fault leaves undone, the run ends, and the next pass decides anew.
        answered();
      }
    }

    private void applied(List<Bundle> batch, Commit.Applied applied) {
      int index = 1;
      for (Bundle bundle : batch) {
        for (Write write : bundle.writes()) {
          index += write.ops().size();
          Stat stat = applied.stats().get(index - 1);
          if (write.document() == null) {
            cache.deleted(write.path());
          } else {
            cache.written(write.path(), write.data(), stat, write.document());
          }
        }
      }
      // Effects come last: one that fails must not leave the cache behind what was written.
      batch.forEach(bundle -> bundle.decisions().forEach(performed));
    }

    private void refused(List<Bundle> batch, List<Op> ops, Commit.Refused refused, int attempt) {
      if (refused.index() == 0) {
        raise(Outcome.FENCED);
        return;
      }
      raise(Outcome.REFUSED);
      String path = ops.get(refused.index()).path();
      log.info("A write of {} was refused ({}); it is read again", path, refused.why());
      cache.invalidate(path);
      List<Decision> others = new ArrayList<>();
      batch.stream()
          .filter(bundle -> !bundle.touches(path))
          .forEach(bundle -> others.addAll(bundle.decisions()));
      if (!others.isEmpty() && outcome != Outcome.FENCED) {
        send(others, attempt + 1);
      }
    }

    private void raise(Outcome worse) {
      if (worse.compareTo(outcome) > 0) {
        outcome = worse;
      }
    }

    private void answered() {
      outstanding--;
      if (outstanding == 0) {
        done.accept(outcome);
      }
    }
  }
}
