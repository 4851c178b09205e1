// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.schema.Codec;
import io.heddle.store.Op;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Collects what a change writes. */
public interface WriteBatch {
  /**
   * Edits a document. Several edits of one path in one pass are made one after the other and
   * written once; the write expects the version that the cache knows.
   *
   * @param path the znode; its parent must exist
   * @param codec how it is written down
   * @param edit from what is there (empty: no such znode) to what shall be there (empty: delete
   *     it); pure
   */
  <T> void edit(String path, Codec<T> codec, UnaryOperator<Optional<T>> edit);

  /**
   * Writes a document though it is as it was, so that its version goes up.
   *
   * @throws StaleDecisionException if the znode is not there
   */
  <T> void touch(String path, Codec<T> codec);

  /**
   * Deletes a znode that has no children left, whatever is in it; if the cache has none there,
   * nothing is done.
   */
  void delete(String path);

  /**
   * Requires that a znode is not there, by creating and deleting it.
   *
   * @param path the znode; its parent must exist
   * @param mode how it would be created; an ephemeral that lives refuses it either way
   */
  void requireAbsent(String path, Op.CreateMode mode);
}
