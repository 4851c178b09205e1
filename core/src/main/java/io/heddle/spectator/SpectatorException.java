// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

/** Why a provider has no table. The message names the cluster and says what to do next. */
public final class SpectatorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SpectatorException(String message) {
    super(message);
  }
}
