// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.heddle.pipeline.SectionKey;
import io.heddle.pipeline.Stage;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import java.util.List;

/**
 * What plugs into the controller: a section of the snapshot, stages of the pipeline, and an
 * effector for actions of its own. Registered explicitly, with
 * {@link HeddleController.Builder#extension}.
 *
 * @param <S> the section, an immutable value
 */
public interface ControllerExtension<S> {
  /** Where its section is found in snapshots. */
  SectionKey<S> key();

  /** What is to be followed for it, in the order in which it is to be read. */
  ImmutableList<TreeRoot> roots(ClusterPaths paths);

  /** Its stages, by when they run. They must be pure. */
  ImmutableListMultimap<Stage.Phase, Stage> stages();

  /** A reign begins. Called on the controller's loop. */
  Reign<S> begin(Context context);

  /**
   * What an extension may use during a reign.
   *
   * @param paths the cluster's paths
   * @param loop the controller's loop
   * @param epoch the epoch of this reign
   * @param wakeUp asks for one more pass; to be called on the loop
   */
  record Context(ClusterPaths paths, Loop loop, long epoch, Runnable wakeUp) {}

  /**
   * An extension during one reign. Confined to the controller's loop.
   *
   * @param <S> the section
   */
  interface Reign<S> extends AutoCloseable {
    /** A znode of its roots is there, or is different; also after a write of its own. */
    void changed(List<String> parts, CachedNode node);

    /** A znode of its roots is gone. */
    void removed(List<String> parts);

    /** The section as it is now. */
    S snapshot();

    /**
     * Says what a change of its own, {@link io.heddle.pipeline.Change.OfExtension}, writes. Pure
     * with respect to the batch; may be called again for the same request when a write was refused.
     */
    void render(Object request, WriteBatch batch);

    /** A decision that had this request was carried out: now is the time for its effect, if any. */
    void performed(Object request);

    /** The reign is over. What it started must come to nothing: its writes would be refused. */
    @Override
    void close();
  }
}
