// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import java.util.OptionalInt;

/**
 * How a started container ended. Immutable.
 *
 * @param start which start of which container
 * @param certified whether the end was <em>observed</em>, rather than concluded: by the agent that
 *     waited for the whole process tree, or by the kernel that would still show it. Of a certified
 *     end no process is left that could write on, so the controller may close the incarnation that
 *     names this start at once. Lost nodes, deleted objects, aborts and silence never certify
 * @param exitCode the exit status of the main process, if one was seen; 128 + n for signal n
 * @param reason why it ended
 * @param detail for people, such as the end of its error output; at most {@value #MAX_DETAIL}
 *     characters
 */
public record ContainerEnd(
    ContainerStart start, boolean certified, OptionalInt exitCode, Reason reason, String detail) {
  /** The greatest length of the detail. */
  public static final int MAX_DETAIL = 4_000;

  /** Why a container ended. */
  public enum Reason {
    /** Its process ended by itself, or somebody else killed it. */
    EXITED,
    /** It was stopped as asked. */
    KILLED_BY_US,
    /** It had too little memory. */
    OOM,
    /** Its process could not be started, or ended before its main class ran. */
    LAUNCH_FAILED,
    /** What it ran on is gone. */
    NODE_LOST,
    /** Nobody saw why. */
    UNKNOWN
  }

  /** Cuts the detail: its end says more than its beginning. */
  public ContainerEnd {
    if (detail.length() > MAX_DETAIL) {
      detail = detail.substring(detail.length() - MAX_DETAIL);
    }
  }

  /** The container. */
  public ContainerId container() {
    return start.container();
  }

  /** Distinguishes the starts of one container. */
  public String startId() {
    return start.startId();
  }

  /** Whether it speaks against the service itself, so that the next attempt should wait longer. */
  public boolean isFailure() {
    return switch (reason) {
      case OOM, LAUNCH_FAILED -> true;
      case EXITED -> exitCode.isEmpty() || exitCode.getAsInt() != 0;
      case KILLED_BY_US, NODE_LOST, UNKNOWN -> false;
    };
  }
}
