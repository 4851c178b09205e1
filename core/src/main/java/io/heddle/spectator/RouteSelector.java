// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ZonePath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among routes: those nearest to the caller first, at random among equally near ones.
 *
 * <p>Near is whoever shares the longest beginning of the zone path: from {@code eu/rack-7}, an
 * instance in {@code eu/rack-7} comes before one in {@code eu/rack-8}, and that before one in
 * {@code us/rack-7}. An instance of unknown zone is far from everybody.
 *
 * <p>As thread-safe as its source of randomness: {@link java.util.Random} is, the value of
 * {@link java.util.concurrent.ThreadLocalRandom#current} belongs to one thread.
 */
public final class RouteSelector {
  private final ZonePath own;
  private final RandomGenerator random;

  private RouteSelector(ZonePath own, RandomGenerator random) {
    this.own = own;
    this.random = random;
  }

  /** Chooses at random, wherever an instance stands. */
  public static RouteSelector random(RandomGenerator random) {
    return new RouteSelector(ZonePath.NONE, random);
  }

  /**
   * Prefers what is near.
   *
   * @param own where the caller stands; {@link ZonePath#NONE} makes all equally near
   * @param random decides among equally near ones
   */
  public static RouteSelector nearest(ZonePath own, RandomGenerator random) {
    return new RouteSelector(own, random);
  }

  /** One of the nearest candidates; empty only if there are none. */
  public Optional<Route> pick(List<Route> candidates) {
    int best = -1;
    int count = 0;
    for (int i = 0; i < candidates.size(); i++) {
      int common = common(candidates.get(i));
      if (common > best) {
        best = common;
        count = 0;
      }
      count += common == best ? 1 : 0;
    }
    return count == 0
        ? Optional.empty()
        : Optional.ofNullable(ofThose(candidates, best, random.nextInt(count)));
  }

  private @Nullable Route ofThose(List<Route> candidates, int common, int index) {
    int left = index;
    for (Route candidate : candidates) {
      if (common(candidate) == common && left-- == 0) {
        return candidate;
      }
    }
    return null;
  }

  /** All candidates, the nearest first, equally near ones shuffled: for trying one by one. */
  public ImmutableList<Route> order(List<Route> candidates) {
    List<Route> order = new ArrayList<>(candidates);
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1));
    }
    order.sort(Comparator.comparingInt(this::common).reversed());
    return ImmutableList.copyOf(order);
  }

  /** How many domains, the widest first, a candidate shares with the caller. */
  private int common(Route candidate) {
    ImmutableList<String> mine = own.parts();
    ImmutableList<String> theirs = candidate.zone().parts();
    int most = Math.min(mine.size(), theirs.size());
    int common = 0;
    while (common < most && mine.get(common).equals(theirs.get(common))) {
      common++;
    }
    return common;
  }
}
