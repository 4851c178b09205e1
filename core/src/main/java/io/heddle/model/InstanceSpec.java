// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;

/**
 * A configured slot for a node: what an administrator says of it, whether a process is there or
 * not.
 *
 * @param id its name
 * @param tags the groups that it belongs to; a resource or a job may ask for one
 * @param zone where it stands
 * @param capacity how much it has of each dimension, in the dimension's own unit, at least 0; a
 *     dimension that is not named is not limited
 * @param operation what an operator wants of it
 * @param limits what placement has to respect besides
 */
public record InstanceSpec(
    InstanceId id,
    ImmutableSortedSet<String> tags,
    ZonePath zone,
    ImmutableSortedMap<String, Long> capacity,
    InstanceOperation operation,
    InstanceLimits limits) {
  /** Checks names and figures. */
  public InstanceSpec {
    tags.forEach(tag -> Names.check("tag", tag));
    capacity.forEach((dimension, amount) -> {
      Names.check("capacity dimension", dimension);
      if (amount < 0) {
        throw new IllegalArgumentException(
            "instance " + id + ": capacity " + dimension + " is negative: " + amount);
      }
    });
  }

  /** An enabled instance without tags, zone or capacity. */
  public static InstanceSpec of(String name) {
    return builder(name).build();
  }

  /** Starts a spec. */
  public static Builder builder(String name) {
    return new Builder(InstanceId.of(name));
  }

  /** A builder that starts from this spec. */
  public Builder toBuilder() {
    Builder builder = new Builder(id).zone(zone.toString()).operation(operation).limits(limits);
    tags.forEach(builder::tag);
    capacity.forEach(builder::capacity);
    return builder;
  }

  /** Collects the fields; the defaults are none, and ENABLE. */
  public static final class Builder {
    private final InstanceId id;
    private final ImmutableSortedSet.Builder<String> tags = ImmutableSortedSet.naturalOrder();
    private final java.util.TreeMap<String, Long> capacity = new java.util.TreeMap<>();
    private ZonePath zone = ZonePath.NONE;
    private InstanceOperation operation = InstanceOperation.ENABLE;
    private InstanceLimits limits = InstanceLimits.NONE;

    private Builder(InstanceId id) {
      this.id = id;
    }

    /** Adds a tag. */
    public Builder tag(String tag) {
      tags.add(tag);
      return this;
    }

    /** Sets the zone, such as {@code eu-1/rack-7}. */
    public Builder zone(String path) {
      this.zone = ZonePath.parse(path);
      return this;
    }

    /** Sets how much there is of a dimension. */
    public Builder capacity(String dimension, long amount) {
      capacity.put(dimension, amount);
      return this;
    }

    /** Sets the operation. */
    public Builder operation(InstanceOperation operation) {
      this.operation = operation;
      return this;
    }

    /** Sets what placement has to respect besides. */
    public Builder limits(InstanceLimits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * The spec.
     *
     * @throws IllegalArgumentException if a name or a figure is not allowed
     */
    public InstanceSpec build() {
      return new InstanceSpec(
          id, tags.build(), zone, ImmutableSortedMap.copyOf(capacity), operation, limits);
    }
  }
}
