// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

/** A measurement that could not be made; the message says why, and where more is told. */
final class BenchException extends Exception {
  BenchException(String message) {
    super(message);
  }
}
