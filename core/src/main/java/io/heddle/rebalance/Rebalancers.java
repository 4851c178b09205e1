// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Names;
import io.heddle.model.RebalanceMode;
import java.util.Optional;

/**
 * Which rebalancer answers for which mode: the built-in ones, and those of the user by name.
 *
 * <p>Immutable.
 */
public final class Rebalancers {
  private static final ImmutableMap<Class<? extends RebalanceMode>, Rebalancer> BUILT_IN =
      ImmutableMap.of(
          RebalanceMode.FullAuto.class, new FullAutoRebalancer(),
          RebalanceMode.SemiAuto.class, new SemiAutoRebalancer(),
          RebalanceMode.Customized.class, new CustomizedRebalancer());

  private static final Rebalancers WITHOUT_USERS = new Rebalancers(ImmutableSortedMap.of());

  private final ImmutableSortedMap<String, Rebalancer> byName;

  private Rebalancers(ImmutableSortedMap<String, Rebalancer> byName) {
    this.byName = byName;
  }

  /** FULL_AUTO, SEMI_AUTO and CUSTOMIZED only. */
  public static Rebalancers builtIn() {
    return WITHOUT_USERS;
  }

  /**
   * These and one more, for resources in mode {@link RebalanceMode.UserDefined}.
   *
   * @param name the name by which resources refer to it
   * @param rebalancer a pure function
   * @throws IllegalArgumentException if the name is not allowed, or taken
   */
  public Rebalancers with(String name, Rebalancer rebalancer) {
    Names.check("rebalancer", name);
    if (byName.containsKey(name)) {
      throw new IllegalArgumentException("rebalancer '" + name + "' is registered already");
    }
    return new Rebalancers(ImmutableSortedMap.<String, Rebalancer>naturalOrder()
        .putAll(byName)
        .put(name, rebalancer)
        .buildOrThrow());
  }

  /** The rebalancer of a mode; empty if the mode names one that is not registered. */
  public Optional<Rebalancer> find(RebalanceMode mode) {
    return mode instanceof RebalanceMode.UserDefined user
        ? Optional.ofNullable(byName.get(user.rebalancer()))
        : Optional.ofNullable(BUILT_IN.get(mode.getClass()));
  }

  /** The names of the user's rebalancers. */
  public ImmutableSortedSet<String> names() {
    return byName.keySet();
  }
}
