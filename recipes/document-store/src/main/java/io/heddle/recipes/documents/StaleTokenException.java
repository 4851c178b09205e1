// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.IOException;

/** A write was refused, since a higher token has been seen. */
final class StaleTokenException extends IOException {
  private static final long serialVersionUID = 1;

  StaleTokenException(int partition, long token, long highest) {
    super("partition " + partition + ": token " + token + " is stale; " + highest + " was seen");
  }
}
