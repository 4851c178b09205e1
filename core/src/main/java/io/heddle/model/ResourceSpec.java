// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator says of a resource.
 *
 * @param id its name
 * @param partitions how many partitions, 1 to 1,000,000
 * @param replicas how many replicas of each, at least 1
 * @param stateModel the name of its state model
 * @param mode who decides placement and states
 * @param instanceTag only instances with this tag are used, if present
 * @param enabled whether replicas serve; if not, they stay in the initial state
 * @param deleting a tombstone: replicas are dropped, then the resource is removed
 * @param transitions what holds for its transitions; where it says nothing, the cluster's holds
 * @param placement what placement has to respect besides
 */
public record ResourceSpec(
    ResourceId id,
    int partitions,
    int replicas,
    String stateModel,
    RebalanceMode mode,
    Optional<String> instanceTag,
    boolean enabled,
    boolean deleting,
    TransitionRules transitions,
    PlacementRules placement) {
  /** The greatest number of partitions of one resource. */
  public static final int MAX_PARTITIONS = 1_000_000;

  /** Checks names and figures. */
  public ResourceSpec {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "resource " + id + ": partitions must be 1 to " + MAX_PARTITIONS + ", not " + partitions);
    }
    if (replicas < 1) {
      throw new IllegalArgumentException(
          "resource " + id + ": replicas must be at least 1, not " + replicas);
    }
    Names.check("state model", stateModel);
    instanceTag.ifPresent(tag -> Names.check("tag", tag));
    placement.check("resource " + id, partitions, replicas);
  }

  /** Starts a spec with 1 replica, OnlineOffline, FULL_AUTO, enabled. */
  public static Builder builder(String name) {
    return new Builder(ResourceId.of(name));
  }

  /** A builder that starts from this spec. */
  public Builder toBuilder() {
    Builder builder = new Builder(id);
    builder.partitions = partitions;
    builder.replicas = replicas;
    builder.stateModel = stateModel;
    builder.mode = mode;
    builder.tag = instanceTag.orElse(null);
    builder.enabled = enabled;
    builder.deleting = deleting;
    builder.transitions = transitions;
    builder.placement = placement;
    return builder;
  }

  /** All partition numbers as ids, in order. */
  public ImmutableList<PartitionId> partitionIds() {
    ImmutableList.Builder<PartitionId> ids = ImmutableList.builderWithExpectedSize(partitions);
    for (int i = 0; i < partitions; i++) {
      ids.add(new PartitionId(id, i));
    }
    return ids.build();
  }

  /** Collects the fields. */
  public static final class Builder {
    private final ResourceId id;
    private int partitions = 1;
    private int replicas = 1;
    private String stateModel = StateModels.ONLINE_OFFLINE.name();
    private RebalanceMode mode = new RebalanceMode.FullAuto();
    private @Nullable String tag;
    private boolean enabled = true;
    private boolean deleting;
    private TransitionRules transitions = TransitionRules.DEFAULT;
    private PlacementRules placement = PlacementRules.NONE;

    private Builder(ResourceId id) {
      this.id = id;
    }

    /** Sets the number of partitions. */
    public Builder partitions(int count) {
      this.partitions = count;
      return this;
    }

    /** Sets the number of replicas of each partition. */
    public Builder replicas(int count) {
      this.replicas = count;
      return this;
    }

    /** Names the state model. */
    public Builder stateModel(String name) {
      this.stateModel = name;
      return this;
    }

    /** Names the state model. */
    public Builder stateModel(StateModel model) {
      return stateModel(model.name());
    }

    /** Sets who decides placement and states. */
    public Builder mode(RebalanceMode mode) {
      this.mode = mode;
      return this;
    }

    /** Uses only instances with this tag. */
    public Builder instanceTag(String tag) {
      this.tag = tag;
      return this;
    }

    /** Lets replicas serve. This is the default. */
    public Builder enable() {
      this.enabled = true;
      return this;
    }

    /** Keeps all replicas in the initial state. */
    public Builder disable() {
      this.enabled = false;
      return this;
    }

    /** Sets what placement has to respect besides. */
    public Builder placement(PlacementRules rules) {
      this.placement = rules;
      return this;
    }

    /** Marks the resource for removal. */
    public Builder deleting() {
      this.deleting = true;
      return this;
    }

    /** Sets what holds for its transitions. */
    public Builder transitions(TransitionRules rules) {
      this.transitions = rules;
      return this;
    }

    /**
     * The spec.
     *
     * @throws IllegalArgumentException if a name or a figure is not allowed
     */
    public ResourceSpec build() {
      return new ResourceSpec(
          id,
          partitions,
          replicas,
          stateModel,
          mode,
          Optional.ofNullable(tag),
          enabled,
          deleting,
          transitions,
          placement);
    }
  }
}
