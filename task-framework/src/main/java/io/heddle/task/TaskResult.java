// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.schema.Json;

/**
 * How an attempt ended.
 *
 * @param status in which way
 * @param info the result, which tasks of dependent jobs can read, or the reason; at most
 *     {@link #MAX_BYTES} as JSON
 */
public record TaskResult(Status status, String info) {
  /**
   * Most bytes of {@link #info}, written as a JSON string. More belongs elsewhere, with its place
   * returned here.
   */
  public static final int MAX_BYTES = 1_000;

  /** The ways in which an attempt ends. */
  public enum Status {
    /** Done. */
    COMPLETED,
    /** Not done; worth another attempt. */
    FAILED,
    /** Not done, and another attempt would not help. */
    FATAL_FAILED,
    /** It was asked to stop, and did. Counts as failed if nobody asked. */
    CANCELED
  }

  /** Done, without a result. */
  public static TaskResult completed() {
    return completed("");
  }

  /** Done, with a result. */
  public static TaskResult completed(String result) {
    return new TaskResult(Status.COMPLETED, result);
  }

  /** Not done; worth another attempt. */
  public static TaskResult failed(String reason) {
    return new TaskResult(Status.FAILED, reason);
  }

  /** Not done, and another attempt would not help. */
  public static TaskResult fatallyFailed(String reason) {
    return new TaskResult(Status.FATAL_FAILED, reason);
  }

  /** It was asked to stop, and did. */
  public static TaskResult canceled() {
    return new TaskResult(Status.CANCELED, "");
  }

  static int bytes(String text) {
    return Json.bytes(out -> out.writeString(text)).length;
  }
}
