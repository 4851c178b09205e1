// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import io.heddle.store.Node;
import io.heddle.store.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A znode as the cache last saw it, decoded at most once. Confined to the loop of its cache.
 *
 * <p>Decoding keeps one result: whoever reads a path uses one codec for it.
 */
public final class CachedNode {
  private final Node node;
  private @Nullable Object decoded;
  private @Nullable UnreadableException unreadable;

  /** A znode as read. */
  public CachedNode(Node node) {
    this.node = node;
  }

  /** A znode as written, with the document that its bytes encode. */
  CachedNode(Node node, Object document) {
    this.node = node;
    this.decoded = document;
  }

  Node node() {
    return node;
  }

  /** Where it is. */
  public String path() {
    return node.path();
  }

  /** What the store says of it. */
  public Stat stat() {
    return node.stat();
  }

  /** Its data, not to be changed. */
  public byte[] data() {
    return node.data();
  }

  /**
   * The document.
   *
   * @throws UnreadableException if it is not one; the message names the path
   */
  @SuppressWarnings("unchecked") // One codec per path, see the class comment.
  public <T> T decode(Codec<T> codec) {
    if (unreadable != null) {
      throw unreadable;
    }
    if (decoded == null) {
      try {
        decoded = codec.decode(node.data());
      } catch (UnreadableException e) {
        unreadable = new UnreadableException(node.path() + ": " + e.getMessage(), e);
        throw unreadable;
      }
    }
    return (T) decoded;
  }
}
