// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import io.heddle.runtime.Loop;
import io.heddle.testkit.internal.Event;
import io.heddle.testkit.internal.EventQueue;
import io.heddle.testkit.internal.Trace;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One seeded run: processes whose loops share a virtual clock and one thread. Time passes only in
 * {@link #runFor} and {@link #runUntil}, from event to event, and an event takes no time. Equal
 * seeds give equal histories, if the code that runs in it asks the given loops for all its time,
 * randomness and threads.
 *
 * <p>Confined to the thread that made it, and to those of {@link SimThreads} while it waits for
 * them; a task handed over by another is refused.
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(7);
 * SimStore store = new SimStore(simulation);
 * SimProcess process = simulation.process("node-1");
 * store.memory().open(options, process.newLoop("main"), events::add);
 * simulation.runFor(Duration.ofSeconds(1));
 * }</pre>
 */
public final class Simulation implements AutoCloseable {
  /** How many lines of the trace are kept, unless said otherwise. */
  public static final int TRACE_LINES = 200;

  /** So many events are a livelock: a cluster has some ten thousand a minute. */
  private static final long MAX_EVENTS = 20_000_000;

  private final long seed;
  private final SimRandom root;
  private final SimRandom timing;
  private final EventQueue<SimLoop> queue = new EventQueue<>();
  private final Trace trace;
  private final SimProcess outside;
  private final SimLoop outsideLoop;
  private final Set<SimThreads.Call> standing = new LinkedHashSet<>();
  private Thread thread = Thread.currentThread();
  private @Nullable SimLoop running;
  private boolean inRun;
  private long nowNanos;
  private long events;
  private int loops;

  /** A run with this seed; any seed will do. */
  public Simulation(long seed) {
    this(seed, TRACE_LINES);
  }

  /**
   * A run with this seed.
   *
   * @param traceLines how many lines of the trace are kept, above zero
   */
  public Simulation(long seed, int traceLines) {
    this.seed = seed;
    this.root = new SimRandom(seed);
    this.timing = root.fork("timing");
    this.trace = new Trace(traceLines);
    this.outside = process("outside");
    this.outsideLoop = outside.newLoop("outside");
  }

  /** What this run is seeded with. */
  public long seed() {
    return seed;
  }

  /** The virtual time since the beginning. */
  public Duration now() {
    return Duration.ofNanos(nowNanos);
  }

  /** A random source for one purpose; the same purpose always gets the same numbers. */
  public SimRandom random(String purpose) {
    return root.fork(purpose);
  }

  /** Starts a process; another of that name may have run before. */
  public SimProcess process(String name) {
    return new SimProcess(this, name, timing.fork(name));
  }

  /** Runs a task from outside all processes, after exactly {@code delay}. */
  public Loop.Timer schedule(Duration delay, Runnable task) {
    Event<SimLoop> event = post(outsideLoop, nowNanos + delay.toNanos(), task);
    return () -> queue.cancel(event);
  }

  /** Lets time pass. */
  public void runFor(Duration time) {
    run(() -> false, time);
  }

  /**
   * Lets time pass until a condition holds; it is looked at after each event.
   *
   * @return whether it holds, at the latest after {@code limit}
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    return run(condition, limit);
  }

  private boolean run(BooleanSupplier condition, Duration limit) {
    if (inRun) {
      throw new IllegalStateException("time passes already; an event can't wait for another");
    }
    inRun = true;
    try {
      long endNanos = nowNanos + limit.toNanos();
      while (!condition.getAsBoolean()) {
        Event<SimLoop> event = queue.poll(endNanos);
        if (event == null) {
          nowNanos = endNanos;
          return condition.getAsBoolean();
        }
        perform(event);
      }
      return true;
    } finally {
      inRun = false;
    }
  }

  private void perform(Event<SimLoop> event) {
    nowNanos = event.atNanos();
    SimLoop loop = event.owner();
    if (!loop.admits(event)) {
      return;
    }
    events++;
    if (events > MAX_EVENTS) {
      throw new IllegalStateException(
          "more than %d events; a livelock in %s at %s?".formatted(MAX_EVENTS, loop, now()));
    }
    trace.fold(nowNanos);
    trace.fold(loop.number());
    running = loop;
    try {
      event.run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError("a task of %s failed at %s: %s".formatted(loop, now(), e), e);
    } finally {
      running = null;
    }
  }

  /** Ends threads that stand still within a call; to be called after the last event. */
  @Override
  public void close() {
    List.copyOf(standing).forEach(SimThreads.Call::abandon);
    standing.clear();
  }

  // ---- the trace ----

  /**
   * Writes a line of the trace.
   *
   * @param actor who does it
   * @param what what is done; with actor and time it is part of the hash
   * @param detail what more a reader wants to know; told by its {@code toString}, only when the
   *     trace is read, and so not to be changed
   */
  public void trace(String actor, String what, Object detail) {
    trace.write(nowNanos, actor, what, detail);
  }

  /** Takes a number into the trace's hash. */
  void fold(long value) {
    trace.fold(value);
  }

  /**
   * Equal for equal histories: covers each event's time and loop, each line of the trace, and what
   * is committed to a {@link SimStore}.
   */
  public long traceHash() {
    return trace.hash();
  }

  /** The last lines of the trace, oldest first. */
  public ImmutableList<String> lastTrace() {
    return trace.last();
  }

  /** How many events were performed. */
  public long events() {
    return events;
  }

  // ---- for loops, processes and the network ----

  long nowNanos() {
    return nowNanos;
  }

  SimRandom timing() {
    return timing;
  }

  int nextLoopNumber() {
    return loops++;
  }

  /** The loop whose task runs now; null between events. */
  @Nullable SimLoop running() {
    return running;
  }

  /** Calls that sleep. */
  Set<SimThreads.Call> standing() {
    return standing;
  }

  /** The caller is the one thread that runs now. */
  void occupy() {
    thread = Thread.currentThread();
  }

  Event<SimLoop> post(SimLoop owner, long atNanos, Runnable task) {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "%s got a task from thread %s; only one thread of a simulation runs"
              .formatted(owner, Thread.currentThread().getName()));
    }
    return queue.add(owner, atNanos, task);
  }

  void postAgain(Event<SimLoop> event) {
    queue.addAgain(event, nowNanos);
  }

  void cancel(Event<SimLoop> event) {
    queue.cancel(event);
  }
}
