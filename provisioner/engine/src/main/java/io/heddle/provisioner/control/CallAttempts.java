// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the last calls on one container went that asked for the same. Something else may be asked at
 * once; the same only after a while, and after longer and longer, as long as it does not help.
 * Immutable.
 *
 * @param kind what was asked
 * @param count how often in a row, at least once
 * @param retryAtNanos when it may be asked again, in the reign's monotonic time
 * @param trouble what is wrong, for people; empty as long as nothing seems to be
 */
public record CallAttempts(CallKind kind, int count, long retryAtNanos, Optional<String> trouble) {
  /** A list may come late twice; after that it does not show what was done. */
  private static final int ANSWERS_WITHOUT_EFFECT = 3;

  private static final int MOST_DOUBLINGS = 10;

  /** With one more call that was answered. Whether it helped shows in the provider's list. */
  static CallAttempts answered(
      @Nullable CallAttempts before, CallKind kind, long now, ProvisioningSettings settings) {
    int count = count(before, kind);
    Optional<String> trouble = count < ANSWERS_WITHOUT_EFFECT
        ? Optional.empty()
        : Optional.of(
            kind + " was answered " + count + " times, and its effect does not show in the list");
    return new CallAttempts(kind, count, now + pause(count, settings), trouble);
  }

  /** With one more call that failed, or had no answer. */
  static CallAttempts failed(
      @Nullable CallAttempts before,
      CallKind kind,
      long now,
      ProvisioningSettings settings,
      Throwable failure) {
    int count = count(before, kind);
    String told = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return new CallAttempts(
        kind,
        count,
        now + pause(count, settings),
        Optional.of(
            kind + " failed, asked " + count + (count == 1 ? " time: " : " times: ") + told));
  }

  private static int count(@Nullable CallAttempts before, CallKind kind) {
    return before != null && before.kind == kind ? before.count + 1 : 1;
  }

  /** Twice as long each time, up to how often the list is compared anyway. */
  private static long pause(int count, ProvisioningSettings settings) {
    Duration longest =
        settings.relist().compareTo(settings.retry()) < 0 ? settings.retry() : settings.relist();
    long nanos = settings.retry().toNanos() << Math.min(count - 1, MOST_DOUBLINGS);
    return Math.min(nanos, longest.toNanos());
  }
}
