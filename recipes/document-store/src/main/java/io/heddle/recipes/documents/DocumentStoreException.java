// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.IOException;

/** A call to the store failed within its bound; the message says what was in the way last. */
public final class DocumentStoreException extends IOException {
  private static final long serialVersionUID = 1;

  DocumentStoreException(String message) {
    super(message);
  }
}
