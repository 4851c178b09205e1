// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableList;

/**
 * What {@code launch.json} says of a start: first that it is about to happen, then which processes
 * it made. It holds no environment, so no secret.
 *
 * @param startId distinguishes the starts of one container
 * @param bootId the boot of the machine
 * @param namespace the pid namespace
 * @param controller the process that started it
 * @param startedAtMillis when, milliseconds since 1970, for people
 * @param command what was started, for people
 * @param waiter the wrapper
 * @param main the process itself, which leads its group
 */
record LaunchRecord(
    String startId,
    String bootId,
    String namespace,
    ProcessId controller,
    long startedAtMillis,
    ImmutableList<String> command,
    ProcessId waiter,
    ProcessId main) {
  LaunchRecord withProcesses(ProcessId newWaiter, ProcessId newMain) {
    return new LaunchRecord(
        startId, bootId, namespace, controller, startedAtMillis, command, newWaiter, newMain);
  }
}
