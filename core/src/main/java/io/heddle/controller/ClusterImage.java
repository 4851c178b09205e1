// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.pipeline.Hypothesis;
import io.heddle.pipeline.Pipeline;
import io.heddle.pipeline.Plan;
import io.heddle.pipeline.Rehearsal;
import io.heddle.pipeline.Sections;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Waits;
import io.heddle.rebalance.Rebalancers;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.ImageFile;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * All that a controller reads of a cluster, but for the sections of extensions, as it was at one
 * time: to be planned from, without touching the cluster. Immutable; thread-safe.
 *
 * <p>It holds the documents as they are in the store, so that what cannot be read by one version
 * stays what it is, and a later version plans from the same. Assignments that a controller only has
 * in memory are not in it: it is planned from as a new leader would.
 */
public final class ClusterImage {
  private final ClusterPaths paths;
  private final long takenMillis;
  private final long epoch;
  private final ImmutableList<Node> nodes;
  private final ImmutableSortedSet<String> denied;

  /**
   * An image.
   *
   * @param epoch the epoch of the last controller that took office
   * @param nodes in the order in which they are to be taken up
   * @param denied the paths that whoever took it may not read
   */
  ClusterImage(
      ClusterPaths paths, long takenMillis, long epoch, List<Node> nodes, Set<String> denied) {
    this.paths = paths;
    this.takenMillis = takenMillis;
    this.epoch = epoch;
    this.nodes = ImmutableList.copyOf(nodes);
    this.denied = ImmutableSortedSet.copyOf(denied);
  }

  /** The cluster's name. */
  public String cluster() {
    return paths.cluster();
  }

  /** When it was taken, by the clock of who took it. */
  public Instant taken() {
    return Instant.ofEpochMilli(takenMillis);
  }

  /** The epoch of the last controller that took office; 0 if none ever did. */
  public long epoch() {
    return epoch;
  }

  ImmutableList<Node> nodes() {
    return nodes;
  }

  /** What the next controller would plan from, had it taken office when the image was taken. */
  public Snapshot snapshot() {
    ClusterState state = new ClusterState();
    nodes.forEach(node -> state.changed(paths.parts(node.path()), new CachedNode(node)));
    return new Snapshot(
        paths.cluster(),
        epoch + 1,
        1,
        takenMillis,
        0,
        state.spec(),
        state.instances(paths, denied),
        state.resources(),
        state.stateModels(),
        state.unreadableResources(),
        ImmutableSortedMap.of(),
        ImmutableSortedMap.of(),
        state.unreadable(),
        Sections.EMPTY,
        Waits.NONE,
        state.resets());
  }

  /**
   * What the next controller would do in its first pass, and why not more.
   *
   * @param rebalancers those that the cluster's controllers have
   */
  public Plan plan(Rebalancers rebalancers) {
    return pipeline(rebalancers).plan(snapshot());
  }

  /**
   * What would come of some changes, if everybody did what they are told.
   *
   * @param rebalancers those that the cluster's controllers have
   * @param changes made together, in this order; none rehearses what is
   * @throws IllegalArgumentException if a change names what the cluster does not have, or has
   */
  public Rehearsal rehearse(Rebalancers rebalancers, Hypothesis... changes) {
    Snapshot changed = snapshot();
    for (Hypothesis change : changes) {
      changed = change.applyTo(changed);
    }
    return Rehearsal.of(pipeline(rebalancers), changed);
  }

  private static Pipeline pipeline(Rebalancers rebalancers) {
    return new Pipeline(rebalancers, ImmutableListMultimap.of());
  }

  /**
   * Writes it to a file, which appears whole or not at all.
   *
   * @throws IOException if that fails; the file is then as it was
   */
  public void write(Path file) throws IOException {
    ImageFile.write(new ImageFile.Contents(paths, takenMillis, epoch, nodes, denied), file);
  }

  /**
   * Reads it from a file.
   *
   * @throws IOException if the file cannot be read
   * @throws InspectionException if it is not an image; the message names the file and the line
   */
  public static ClusterImage read(Path file) throws IOException {
    try {
      ImageFile.Contents image = ImageFile.read(file, ClusterState::isDocument);
      return new ClusterImage(
          image.paths(), image.takenMillis(), image.epoch(), image.nodes(), image.denied());
    } catch (UnreadableException e) {
      throw new InspectionException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return "image of " + cluster() + " at " + taken() + ", " + nodes.size() + " documents";
  }
}
