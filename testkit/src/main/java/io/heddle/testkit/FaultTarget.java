// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import java.time.Duration;
import java.util.List;

/**
 * What faults happen to: a cluster in a simulation. Called on the simulation's thread, between
 * events of its processes.
 */
public interface FaultTarget {
  /** Names of the processes that faults may hit, always in the same order. */
  List<String> processes();

  /** Kills a process that runs. */
  void crash(String process);

  /** Starts a process that was killed, as a new one under its name. */
  void restart(String process);

  /** Cuts a process off from the store. */
  void disconnect(String process);

  /** Ends a {@link #disconnect}. */
  void reconnect(String process);

  /** Has a process stand still. */
  void pause(String process);

  /** Ends a {@link #pause}. */
  void resume(String process);

  /** Has the server end the process's sessions. */
  void expireSession(String process);

  /** Sets the process's wall clock forward or back. */
  void jumpClock(String process, Duration by);
}
