// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which live instances are meant: those to which all that is said applies. Immutable.
 *
 * <p>Example: {@code Criteria.all().resource("orders").state("SLAVE").tag("ssd")} means the
 * instances tagged ssd that hold any partition of orders as SLAVE.
 *
 * @param instance the one instance
 * @param resource they hold a partition of it
 * @param partition they hold this partition; needs a resource
 * @param state they hold it in this state; needs a resource; any state that serves if not given
 * @param tag they belong to this group
 */
public record Criteria(
    Optional<InstanceId> instance,
    Optional<ResourceId> resource,
    OptionalInt partition,
    Optional<String> state,
    Optional<String> tag) {
  private static final Criteria ALL = new Criteria(
      Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());

  /** Checks that partition and state are of a resource. */
  public Criteria {
    if (resource.isEmpty() && (partition.isPresent() || state.isPresent())) {
      throw new IllegalArgumentException("a partition or a state needs a resource");
    }
    if (partition.isPresent() && partition.getAsInt() < 0) {
      throw new IllegalArgumentException("partition is negative: " + partition.getAsInt());
    }
    state.ifPresent(name -> Names.check("state", name));
    tag.ifPresent(name -> Names.check("tag", name));
  }

  /** All live instances. */
  public static Criteria all() {
    return ALL;
  }

  /** One instance. */
  public static Criteria instance(String name) {
    return new Criteria(
        Optional.of(InstanceId.of(name)), ALL.resource, ALL.partition, ALL.state, ALL.tag);
  }

  /** Of those, the ones that serve any partition of a resource. */
  public Criteria resource(String name) {
    return new Criteria(instance, Optional.of(ResourceId.of(name)), partition, state, tag);
  }

  /** Of those, the ones that serve a partition. */
  public Criteria partition(PartitionId id) {
    return new Criteria(
        instance, Optional.of(id.resource()), OptionalInt.of(id.number()), state, tag);
  }

  /**
   * Of those, the ones that hold it in a state.
   *
   * @throws IllegalArgumentException if no resource was said before
   */
  public Criteria state(String name) {
    return new Criteria(instance, resource, partition, Optional.of(name), tag);
  }

  /** Of those, the ones of a tag. */
  public Criteria tag(String name) {
    return new Criteria(instance, resource, partition, state, Optional.of(name));
  }

  /** The partition, if one is meant. */
  public Optional<PartitionId> partitionId() {
    return partition.isPresent()
        ? resource.map(r -> new PartitionId(r, partition.getAsInt()))
        : Optional.empty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    instance.ifPresent(i -> text.append(" instance ").append(i));
    resource.ifPresent(r -> text.append(" resource ").append(r));
    partition.ifPresent(p -> text.append(" partition ").append(p));
    state.ifPresent(s -> text.append(" state ").append(s));
    tag.ifPresent(t -> text.append(" tag ").append(t));
    return text.length() == 0 ? "all instances" : text.substring(1);
  }
}
