// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Threads of a process whose calls may sleep for virtual time, such as users' tasks: any number of
 * calls may be under way, and while one sleeps the simulation goes on. A call that waits for
 * anything but {@link #sleep} would wait for ever, since only one thread of a simulation runs at a
 * time: either the simulation's own or, while it waits, that of one call.
 *
 * <p>If its process is killed, a call never wakes up. Confined to the simulation's thread and to
 * those of its calls.
 */
public final class SimThreads implements Executor {
  private final Simulation simulation;
  private final SimLoop loop;
  private final Delays handOver;
  private final SimRandom random;
  private long calls;

  SimThreads(Simulation simulation, SimLoop loop, Delays handOver, SimRandom random) {
    this.simulation = simulation;
    this.loop = loop;
    this.handOver = handOver;
    this.random = random;
  }

  /** Takes a call over; what it throws ends the simulation. */
  @Override
  public void execute(Runnable task) {
    Call call = new Call(task);
    loop.post(simulation.nowNanos() + handOver.nextNanos(random), call::goOn);
  }

  /**
   * As {@link Thread#sleep}, for virtual time; to be called by a call on such threads.
   *
   * @throws InterruptedException if the thread is interrupted, before or meanwhile
   * @throws IllegalStateException if the caller is none of these threads
   */
  public static void sleep(Duration time) throws InterruptedException {
    if (!(Thread.currentThread() instanceof CallThread thread)) {
      throw new IllegalStateException(
          Thread.currentThread().getName() + " is no thread of a SimThreads");
    }
    thread.call.sleep(time);
  }

  @Override
  public String toString() {
    return loop.toString();
  }

  /** Leaves a call that will never be gone on with; nobody on the way catches it. */
  private static final class Abandoned extends Throwable {
    Abandoned(Call call) {
      super(call.toString(), null, false, false);
    }
  }

  /** The thread of one call. */
  private static final class CallThread extends Thread {
    private final Call call;

    CallThread(Call call) {
      super(call::run, "heddle-simulated-" + call);
      this.call = call;
      setDaemon(true);
    }

    /** Whoever sleeps is woken up in virtual time. */
    @Override
    public void interrupt() {
      if (!call.wake()) {
        super.interrupt();
      }
    }
  }

  /** One call. Fields are handed over with the semaphores. */
  final class Call {
    private final Runnable task;
    private final String name;
    private final Semaphore toCall = new Semaphore(0);
    private final Semaphore toSimulation = new Semaphore(0);
    private final CallThread thread;
    private Loop.Timer waking = () -> {};
    private boolean begun;
    private boolean sleeping;
    private boolean interrupted;
    private boolean abandoned;
    private boolean over;
    private @Nullable Throwable failure;

    Call(Runnable task) {
      this.task = task;
      this.name = loop + "-" + ++calls;
      this.thread = new CallThread(this);
    }

    /** On the simulation's thread: has the call go on until it sleeps, or is over. */
    private void goOn() {
      simulation.standing().remove(this);
      sleeping = false;
      await();
      if (!over) {
        simulation.standing().add(this);
      } else if (failure != null) {
        throw new IllegalStateException("a call on " + SimThreads.this + " failed", failure);
      }
    }

    private void await() {
      if (begun) {
        toCall.release();
      } else {
        begun = true;
        thread.start();
      }
      toSimulation.acquireUninterruptibly();
      simulation.occupy();
    }

    /** On the simulation's thread: the simulation is over. */
    void abandon() {
      abandoned = true;
      await();
    }

    private void run() {
      simulation.occupy();
      try {
        task.run();
      } catch (Throwable e) {
        failure = e;
      } finally {
        over = true;
        toSimulation.release();
      }
    }

    private void sleep(Duration time) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException(this + " was interrupted before it slept");
      }
      sleeping = true;
      interrupted = false;
      waking = loop.schedule(time, this::goOn);
      toSimulation.release();
      toCall.acquireUninterruptibly();
      if (abandoned) {
        throw SimThreads.<RuntimeException>sneaky(new Abandoned(this));
      }
      simulation.occupy();
      if (interrupted) {
        throw new InterruptedException(this + " was interrupted while it slept");
      }
    }

    /** On whichever thread runs: interrupts its sleep, if it sleeps. */
    private boolean wake() {
      if (sleeping && !interrupted) {
        interrupted = true;
        waking.cancel();
        waking = loop.schedule(Duration.ZERO, this::goOn);
      }
      return sleeping;
    }

    /** The same in each run: users' code may write it down with what it catches. */
    @Override
    public String toString() {
      return name;
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E sneaky(Throwable e) throws E {
    throw (E) e;
  }
}
