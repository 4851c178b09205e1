// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import io.heddle.model.InstanceId;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What an extension may do within one incarnation. Confined to the participant's loop. */
public interface ExtensionContext {
  /** The instance. */
  InstanceId instance();

  /** The incarnation's number. */
  long incarnation();

  /** The cluster's znodes. */
  ClusterPaths paths();

  /** The participant's loop. */
  Loop loop();

  /** Whether something may be started. */
  boolean isLeaseHeld();

  /**
   * Whether the lease that is held now is still held, to be asked by any thread. Once false, false
   * for ever: also as soon as a paused process goes on, when nothing was told yet.
   */
  BooleanSupplier lease();

  /** A document below one of the roots, as last read. */
  Optional<CachedNode> document(String path);

  /** The paths of all documents below a path, sorted. */
  ImmutableList<String> documentsBelow(String path);

  /** A sequence number above all that this instance gave out before: (incarnation, counter). */
  long nextSequence();

  /**
   * A lane for a znode of this instance that nobody else sets.
   *
   * @throws IllegalStateException if there is one already
   */
  ReportLane lane(String path, ReportLane.Source source);

  /**
   * Commits under the check of the incarnation, which comes first: indexes in the answer count it.
   */
  void commit(List<Op> ops, Consumer<Commit> answer);

  /**
   * Reads documents that need not be followed, such as specs, in one go.
   *
   * @param answer told once, with one element per path, in the order of {@code paths}
   */
  void readAll(List<String> paths, Consumer<List<Read>> answer);
}
