// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

/**
 * One process of one boot of this machine: a pid is used again, but not with the same start.
 *
 * @param pid the process id; 0 for none
 * @param startTicks when it started, in clock ticks since boot (field 22 of
 *     {@code /proc/PID/stat}); without {@code /proc}, in milliseconds since 1970; 0 for a process
 *     that had ended already
 */
record ProcessId(long pid, long startTicks) {
  /** No process. */
  static final ProcessId NONE = new ProcessId(0, 0);

  /** Whether there is, or was, a process. */
  boolean isPresent() {
    return pid > 0;
  }
}
