// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

/**
 * How a document is written down. Pure; thread-safe.
 *
 * @param <T> the document
 */
public interface Codec<T> {
  /** What it encodes, for messages, such as {@code "assignment bucket"}. */
  String name();

  /** The bytes of a document; equal documents give equal bytes. */
  byte[] encode(T document);

  /**
   * Reads a document. Unknown fields are ignored.
   *
   * @throws UnreadableException if it is not one, or of a newer format
   */
  T decode(byte[] data);
}
