// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import org.jspecify.annotations.Nullable;

/** One attempt on a participant. Confined to its loop. */
final class Attempt {
  /** Where it is. */
  enum Phase {
    /** Given, not started. */
    WAITING,
    /** The user's code runs. */
    RUNNING,
    /** The user's code still runs, but its end has been reported: it ignores cancel. */
    ABANDONED,
    /** It ended, or never started and will not. */
    ENDED
  }

  /** Why it was cancelled. */
  enum Cause {
    /** It took too long. */
    TIMEOUT(AttemptEnd.TIMED_OUT),
    /** Its job stops. */
    ORDER(AttemptEnd.CANCELED),
    /** The lease is lost, or the incarnation is over. */
    LEASE(AttemptEnd.LOST),
    /** It was given to somebody else: nobody wants to know how it ends. */
    SUPERSEDED(AttemptEnd.LOST);

    private final AttemptEnd end;

    Cause(AttemptEnd end) {
      this.end = end;
    }

    AttemptEnd end() {
      return end;
    }
  }

  final JobKey job;
  final String bucket;
  final int task;
  final long token;
  final int number;
  Phase phase = Phase.WAITING;

  @Nullable Cause cancelled;

  AttemptEnd end = AttemptEnd.RELEASED;
  String info = "";
  long reportedAt;
  boolean isWanted = true;

  Attempt(JobKey job, String bucket, int task, long token, int number) {
    this.job = job;
    this.bucket = bucket;
    this.task = task;
    this.token = token;
    this.number = number;
  }

  boolean hasOutcome() {
    return phase == Phase.ENDED || phase == Phase.ABANDONED;
  }

  @Override
  public String toString() {
    return job.entity() + "/" + task + " attempt " + number;
  }
}
