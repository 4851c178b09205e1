// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.ZonePath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteSelectorTest {
  private static final ZonePath HERE = ZonePath.parse("eu/r7/h1");

  private static Route in(String instance, String zone) {
    Member member = new Member(
        Facts.live(InstanceId.of(instance), 1), ImmutableSortedSet.of(), ZonePath.parse(zone));
    return new Route(member, "SLAVE", 0);
  }

  private static Map<String, Integer> picks(RouteSelector selector, List<Route> candidates) {
    Map<String, Integer> picks = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      picks.merge(selector.pick(candidates).orElseThrow().instance().name(), 1, Integer::sum);
    }
    return picks;
  }

  @Test
  void picksWhoSharesTheLongestBeginningOfTheZone() {
    RouteSelector selector = RouteSelector.nearest(HERE, new Random(1));
    Route far = in("a", "us/r7/h1");
    Route region = in("b", "eu/r8/h1");
    Route rack = in("c", "eu/r7/h2");

    assertThat(selector.pick(List.of(far, region, rack))).contains(rack);
    assertThat(selector.pick(List.of(far, region))).contains(region);
    assertThat(selector.pick(List.of(in("d", ""), far))).isPresent();
    assertThat(selector.pick(List.of())).isEmpty();
  }

  @Test
  void spreadsEvenlyOverEquallyNearOnes() {
    List<Route> candidates =
        List.of(in("a", "eu/r7/h2"), in("b", "us"), in("c", "eu/r7"), in("d", "eu/r7/h3"));

    Map<String, Integer> picks = picks(RouteSelector.nearest(HERE, new Random(1)), candidates);

    assertThat(picks.keySet()).containsExactlyInAnyOrder("a", "c", "d");
    assertThat(picks.values()).allMatch(count -> count > 900 && count < 1_100);
  }

  @Test
  void spreadsEvenlyWhereverTheyStandIfAskedSo() {
    List<Route> candidates = List.of(in("a", "eu/r7/h1"), in("b", "us"), in("c", ""));

    assertThat(picks(RouteSelector.random(new Random(1)), candidates).values())
        .hasSize(3)
        .allMatch(count -> count > 900 && count < 1_100);
  }

  @Test
  void ordersTheNearestFirstAndShufflesTheRest() {
    List<Route> candidates = List.of(
        in("a", "us/r1"), in("b", "eu/r8"), in("c", "eu/r7/h1"), in("d", "eu/r9"), in("e", ""));
    Map<String, Integer> second = new HashMap<>();
    RouteSelector selector = RouteSelector.nearest(HERE, new Random(1));

    for (int i = 0; i < 100; i++) {
      ImmutableList<Route> order = selector.order(candidates);
      assertThat(order).containsExactlyInAnyOrderElementsOf(candidates);
      assertThat(order.get(0).instance().name()).isEqualTo("c");
      assertThat(order.subList(1, 3)).allMatch(route -> route.zone().toString().startsWith("eu"));
      second.merge(order.get(1).instance().name(), 1, Integer::sum);
    }

    assertThat(second.keySet()).containsExactlyInAnyOrder("b", "d");
  }

  @Test
  void equalRandomnessGivesEqualChoices() {
    List<Route> candidates = List.of(in("a", "eu"), in("b", "eu"), in("c", "eu"));

    assertThat(picks(RouteSelector.random(new Random(7)), candidates))
        .isEqualTo(picks(RouteSelector.random(new Random(7)), candidates));
  }
}
