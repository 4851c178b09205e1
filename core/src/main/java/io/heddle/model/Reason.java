// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * Why something was not done, as data: what refused it, whether waiting helps, and the figures.
 *
 * @param code which rule refused
 * @param entity what it concerns, such as {@code documents/3} or {@code documents/3@DB-1}
 * @param detail the figures, for people
 */
public record Reason(Code code, String entity, String detail) {
  /** The rules that refuse. */
  public enum Code {
    /** Not enough instances that are live, enabled and tagged. */
    NO_ELIGIBLE_INSTANCE(false),
    /** Fewer fault domains than replicas. */
    NOT_ENOUGH_ZONES(false),
    /** A spec that cannot be followed. */
    BAD_SPEC(true),
    /** A znode that cannot be read. */
    UNREADABLE(true),
    /** A rebalancer of the user threw, or answered nonsense. */
    REBALANCER_FAILED(false),
    /** A target provider of the user threw, or answered nonsense. */
    TARGET_PROVIDER_FAILED(false),
    /** A container provider failed, did not answer, or answers without effect. */
    CONTAINER_PROVIDER_FAILED(false),
    /** Another replica may still be in the top state. */
    TOP_STATE_MAY_BE_HELD(false),
    /** The replica that is to take the top state has not caught up yet. */
    SUCCESSOR_NOT_READY(false),
    /** Dropping now would leave too few replicas. */
    KEPT_UNTIL_REPLACED(false),
    /** The replica is in ERROR and waits for a reset. */
    REPLICA_IN_ERROR(false),
    /** The participant has not yet acknowledged what it was told. */
    AWAITING_ACKNOWLEDGEMENT(false),
    /** An earlier incarnation is not known to have ended. */
    AWAITING_INCARNATION_END(false),
    /** No capacity left. */
    NO_CAPACITY(false),
    /** Something else must happen first. */
    DEPENDENCY_PENDING(false),
    /** Waiting until a time. */
    DELAYED(false),
    /** A document would exceed its bound. */
    TOO_LARGE(true);

    private final boolean never;

    Code(boolean never) {
      this.never = never;
    }

    /** Whether only a change of the spec helps; otherwise it may pass with time. */
    public boolean isNever() {
      return never;
    }
  }

  @Override
  public String toString() {
    return entity + ": " + code + " (" + detail + ")";
  }
}
