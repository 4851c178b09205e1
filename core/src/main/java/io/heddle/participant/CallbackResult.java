// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/** How a callback ended. */
sealed interface CallbackResult {
  /** It returned: the replica is where the callback was to bring it. */
  record Done() implements CallbackResult {}

  /** It refused to go on without the right that was taken back: the replica is where it was. */
  record TakenBack() implements CallbackResult {}

  /**
   * It threw, or could not be run.
   *
   * @param cause for people
   */
  record Failed(String cause) implements CallbackResult {}
}
