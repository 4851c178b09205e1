// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.Token;
import io.heddle.runtime.Loop;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Calls the user's code, and keeps the user's objects. Confined to its loop, except what runs on
 * the executor; for one replica at most one callback runs at a time.
 */
final class Callbacks {
  private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

  private final ParticipantConfig config;
  private final Executor executor;
  private final Loop loop;
  private final TreeMap<ReplicaKey, Cell> cells = new TreeMap<>();

  Callbacks(ParticipantConfig config, Executor executor, Loop loop) {
    this.config = config;
    this.executor = executor;
    this.loop = loop;
  }

  /** One replica's object, and its right to the top state. */
  private static final class Cell {
    private final HandlerBinding binding;
    private @Nullable HeldLease lease;
    private @Nullable Running running;

    /** Touched by callbacks only, which follow each other by way of the loop. */
    private @Nullable Object handler;

    Cell(HandlerBinding binding) {
      this.binding = binding;
    }

    void revoke() {
      if (lease != null) {
        lease.revoke();
      }
    }
  }

  /**
   * Starts a callback.
   *
   * @param term what a promotion's lease depends on
   * @param done told on the loop how it ended
   */
  void start(Action.Start start, LeaseTerm term, Consumer<CallbackResult> done) {
    HandlerBinding binding = config
        .binding(start.key().resource().resource(), start.stateModel())
        .orElseThrow(() -> new IllegalStateException(
            "no state model factory for " + start.stateModel() + " of " + start.key()));
    Cell cell = cells.computeIfAbsent(start.key(), key -> new Cell(binding));
    // Whatever comes next, the right to be where the replica was ends before the callback begins.
    cell.revoke();
    cell.lease = start.token() == Token.NONE ? null : new HeldLease(start.token(), term);
    Running running = new Running(config.instance(), start, cell.lease);
    cell.running = running;
    Runnable call = () -> {
      CallbackResult result = run(cell, running);
      loop.execute(() -> returned(cell, result, done));
    };
    try {
      executor.execute(call);
    } catch (RejectedExecutionException e) {
      log.error("{}: {} of {} could not be started", config.who(), running, start.key(), e);
      loop.execute(() -> returned(cell, new CallbackResult.Failed("no thread to run on"), done));
    }
  }

  private void returned(Cell cell, CallbackResult result, Consumer<CallbackResult> done) {
    cell.running = null;
    if (!(result instanceof CallbackResult.Done)) {
      cell.revoke();
    }
    done.accept(result);
  }

  /** Tells a callback that its result is not wanted, and takes its lease back. */
  void cancel(ReplicaKey key) {
    @Nullable Cell cell = cells.get(key);
    if (cell != null && cell.running != null) {
      cell.running.cancelled = true;
      cell.revoke();
    }
  }

  /** Lets a handler go. */
  void forget(ReplicaKey key) {
    @Nullable Cell cell = cells.remove(key);
    if (cell != null) {
      cell.revoke();
    }
  }

  private CallbackResult run(Cell cell, Running running) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();
    MDC.put("instance", config.instance().name());
    MDC.put("partition", running.partition().toString());
    MDC.put("transition", running.toString());
    thread.setContextClassLoader(cell.binding.classLoader());
    try {
      call(cell, running);
      return new CallbackResult.Done();
    } catch (Throwable e) {
      if (running.wasTakenBack() && isLeaseLost(e)) {
        log.info("{}: {} of {} was taken back", config.who(), running, running.partition());
        return new CallbackResult.TakenBack();
      }
      // The fault handler of the user's code: an Error harms its own replica only.
      log.warn("{}: {} of {} failed", config.who(), running, running.partition(), e);
      return new CallbackResult.Failed(e.toString());
    } finally {
      thread.setContextClassLoader(loader);
      if (mdc == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(mdc);
      }
    }
  }

  private static boolean isLeaseLost(Throwable e) {
    return e instanceof LeaseLostException || e.getCause() instanceof LeaseLostException;
  }

  private static void call(Cell cell, Running running) throws Throwable {
    if (running.start.call() == Action.Call.RESET) {
      if (cell.handler instanceof Resettable resettable) {
        resettable.reset();
      }
      return;
    }
    if (cell.handler == null) {
      cell.handler = cell.binding.create(running.partition());
    }
    cell.binding.transition(cell.handler, running);
  }

  /** A callback that was handed to the executor. */
  private static final class Running implements TransitionContext {
    private final InstanceId instance;
    private final Action.Start start;
    private final @Nullable HeldLease lease;
    private volatile boolean cancelled;

    Running(InstanceId instance, Action.Start start, @Nullable HeldLease lease) {
      this.instance = instance;
      this.start = start;
      this.lease = lease;
    }

    @Override
    public PartitionId partition() {
      return start.key().id();
    }

    @Override
    public String from() {
      return start.from();
    }

    @Override
    public String to() {
      return start.to();
    }

    @Override
    public InstanceId instance() {
      return instance;
    }

    @Override
    public long fencingToken() {
      Lease held = lease();
      if (!held.isValid()) {
        throw new LeaseLostException("the lease on " + partition() + " of " + instance
            + " has ended; token " + Token.format(held.token()) + " is not given out any more");
      }
      return held.token();
    }

    @Override
    public Lease lease() {
      if (lease == null) {
        throw new IllegalStateException(
            this + " of " + partition() + " does not lead to a top state: there is no token");
      }
      return lease;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    boolean wasTakenBack() {
      return lease != null && !lease.isValid();
    }

    @Override
    public String toString() {
      return start.call() == Action.Call.RESET ? "reset" : start.from() + ">" + start.to();
    }
  }
}
