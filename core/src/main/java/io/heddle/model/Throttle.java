// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import io.heddle.model.StateModel.Transition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas may be on their way up at a time: to a state that is wanted more than the one
 * that they are in. What leads down makes room, and is not counted.
 *
 * <p>Where several throttles of one scope and load fit, the one that names the most counts, and of
 * those the least. All scopes and loads must allow a step.
 *
 * @param scope over what is counted
 * @param load which steps are meant
 * @param transition only steps that begin with this transition, if present
 * @param resource only this resource's replicas, if present
 * @param instance only this instance's replicas, if present
 * @param limit how many, 0 to 1,000,000
 */
public record Throttle(
    Scope scope,
    Load load,
    Optional<Transition> transition,
    Optional<ResourceId> resource,
    Optional<InstanceId> instance,
    int limit) {
  /** Over what is counted. */
  public enum Scope {
    /** The cluster; of a resource's own throttles the resource. */
    CLUSTER,
    /** Each resource by itself. */
    RESOURCE,
    /** Each instance by itself. */
    INSTANCE
  }

  /** Which steps are meant. */
  public enum Load {
    /** Those of partitions that lack a top state, or serving replicas. */
    RECOVERY,
    /** All others. */
    LOAD_BALANCE,
    /** Both. */
    ANY
  }

  /** Checks the limit. */
  public Throttle {
    if (limit < 0 || limit > 1_000_000) {
      throw new IllegalArgumentException("a throttle's limit must be 0 to 1,000,000, not " + limit);
    }
  }

  /** One that names nothing but its scope. */
  public static Throttle of(Scope scope, Load load, int limit) {
    return new Throttle(scope, load, Optional.empty(), Optional.empty(), Optional.empty(), limit);
  }

  /** The same for one transition. */
  public Throttle on(String from, String to) {
    return new Throttle(
        scope, load, Optional.of(new Transition(from, to)), resource, instance, limit);
  }

  /** The same for one resource. */
  public Throttle in(ResourceId one) {
    return new Throttle(scope, load, transition, Optional.of(one), instance, limit);
  }

  /** The same for one instance. */
  public Throttle at(InstanceId one) {
    return new Throttle(scope, load, transition, resource, Optional.of(one), limit);
  }

  /** Whether a step is one of those that are meant. */
  public boolean fits(Load stepLoad, Transition step, ResourceId stepResource, InstanceId at) {
    return (load == Load.ANY || load == stepLoad)
        && isOrAny(transition.orElse(null), step)
        && isOrAny(resource.orElse(null), stepResource)
        && isOrAny(instance.orElse(null), at);
  }

  private static boolean isOrAny(@Nullable Object wanted, Object one) {
    return wanted == null || wanted.equals(one);
  }

  /** How much it names: what names more comes before what names less. */
  public int precision() {
    return (transition.isPresent() ? 1 : 0)
        + (resource.isPresent() ? 1 : 0)
        + (instance.isPresent() ? 1 : 0);
  }

  @Override
  public String toString() {
    return limit + " per " + scope
        + (load == Load.ANY ? "" : " for " + load)
        + transition.map(t -> " on " + t).orElse("")
        + resource.map(r -> " in " + r).orElse("")
        + instance.map(i -> " at " + i).orElse("");
  }
}
