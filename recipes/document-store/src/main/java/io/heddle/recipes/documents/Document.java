// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.nio.charset.StandardCharsets;

/**
 * A document as it is stored and sent. The content must not be changed.
 *
 * @param version the write that put it
 * @param key its name, at most {@value #MAX_KEY} bytes in UTF-8, not empty
 * @param content at most {@value #MAX_CONTENT} bytes
 */
record Document(Version version, String key, byte[] content) {
  /** The greatest length of a key, in bytes. */
  static final int MAX_KEY = 1_024;

  /** The greatest length of a content, in bytes. */
  static final int MAX_CONTENT = 1 << 20;

  /** Checks the sizes. */
  Document {
    int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (keyBytes < 1 || keyBytes > MAX_KEY) {
      throw new IllegalArgumentException(
          "a key has 1 to " + MAX_KEY + " bytes, not " + keyBytes + ": " + key);
    }
    if (content.length > MAX_CONTENT) {
      throw new IllegalArgumentException("document " + key + " has " + content.length
          + " bytes; at most " + MAX_CONTENT + " are allowed");
    }
  }
}
