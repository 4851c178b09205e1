// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AttributeBucket;
import io.heddle.model.AttributeValue;
import io.heddle.model.Attributes;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random facts, one after the other. */
class RoutingLawTest {
  private static final int STEPS = 400;
  private static final ImmutableList<ResourceId> RESOURCES =
      ImmutableList.of(ResourceId.of("r0"), ResourceId.of("r1"), ResourceId.of("r2"));
  private static final ImmutableList<String> STATES =
      ImmutableList.of("MASTER", "SLAVE", "OFFLINE", "ERROR");

  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeMap<String, ReportBucket> reports = new TreeMap<>();
  private final TreeMap<ResourceId, RoutingInputs.Spec> specs = new TreeMap<>();
  private final TreeMap<InstanceId, RoutingInputs.Place> places = new TreeMap<>();
  private final TreeMap<String, AttributeBucket> attributes = new TreeMap<>();
  private final RoutingInputs inputs = new RoutingInputs();
  private final Map<String, Long> shown = new HashMap<>();
  private RoutingTable table = RoutingTable.NOTHING_YET;
  private Random random = new Random(0);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsKeptUpEqualsWhatIsMadeAnewAndTokensNeverGoDown(long seed) {
    random = new Random(seed);
    int shownTops = 0;

    for (int step = 0; step < STEPS; step++) {
      change();
      if (random.nextInt(3) == 0) {
        RoutingTable before = table;
        RoutingInputs.Update update = inputs.build(before);
        table = update.table();

        RoutingTable anew = fresh().build(before).table();
        assertThat(table.routings()).as("seed %d step %d", seed, step).isEqualTo(anew.routings());
        assertThat(table.members()).as("seed %d step %d", seed, step).isEqualTo(anew.members());
        tagsSelectWhatAFilterWould(seed, step);
        sharesWhatDidNotChange(before, update);
        shownTops += checkTops(seed, step);
      }
    }

    assertThat(shownTops).as("the law is about something").isPositive();
  }

  private void change() {
    InstanceId instance = InstanceId.of("i" + random.nextInt(4));
    switch (random.nextInt(10)) {
      case 0 -> {
        live.remove(instance);
        inputs.live(instance, Optional.empty());
      }
      case 1, 2 -> {
        LiveInstance now = Facts.live(instance, 1 + random.nextInt(2));
        live.put(instance, now);
        inputs.live(instance, Optional.of(now));
      }
      case 3 -> {
        ResourceId resource = RESOURCES.get(random.nextInt(RESOURCES.size()));
        Optional<RoutingInputs.Spec> spec = random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(new RoutingInputs.Spec(9 + random.nextInt(2), 4));
        spec.ifPresentOrElse(s -> specs.put(resource, s), () -> specs.remove(resource));
        inputs.resource(resource, spec);
      }
      case 4 -> {
        RoutingInputs.Place place =
            Facts.place("z" + random.nextInt(2), "t" + random.nextInt(2)).orElseThrow();
        places.put(instance, place);
        inputs.instance(instance, Optional.of(place));
      }
      case 5 -> publish(instance, "b" + random.nextInt(2));
      default -> report(instance, "b" + random.nextInt(2));
    }
  }

  private void report(InstanceId instance, String bucket) {
    Facts.Report report = Facts.report(1 + random.nextInt(2));
    int replicas = random.nextInt(6);
    for (int i = 0; i < replicas; i++) {
      String state = STATES.get(random.nextInt(STATES.size()));
      report.has(
          RESOURCES.get(random.nextInt(RESOURCES.size())),
          9 + random.nextInt(2),
          random.nextInt(4),
          state,
          state.equals("MASTER") ? 1 + random.nextInt(1_000_000) : 0);
    }
    Optional<ReportBucket> now = replicas == 0 ? Optional.empty() : report.now();
    now.ifPresentOrElse(
        r -> reports.put(instance + "/" + bucket, r),
        () -> reports.remove(instance + "/" + bucket));
    inputs.report(instance, bucket, now);
  }

  private void publish(InstanceId instance, String bucket) {
    ResourceKey key =
        new ResourceKey(RESOURCES.get(random.nextInt(RESOURCES.size())), 9 + random.nextInt(2));
    Attributes lag =
        new Attributes(ImmutableSortedMap.of("lag", new AttributeValue.Figure(random.nextInt(3))));
    AttributeBucket now = new AttributeBucket(
        1 + random.nextInt(2),
        1,
        ImmutableSortedMap.of(key, ImmutableSortedMap.of(random.nextInt(4), lag)));
    attributes.put(instance + "/" + bucket, now);
    inputs.attributes(instance, bucket, Optional.of(now));
  }

  private RoutingInputs fresh() {
    RoutingInputs fresh = new RoutingInputs();
    attributes.forEach((path, bucket) -> {
      int slash = path.indexOf('/');
      fresh.attributes(
          InstanceId.of(path.substring(0, slash)), path.substring(slash + 1), Optional.of(bucket));
    });
    reports.forEach((path, report) -> {
      int slash = path.indexOf('/');
      fresh.report(
          InstanceId.of(path.substring(0, slash)), path.substring(slash + 1), Optional.of(report));
    });
    places.forEach((instance, place) -> fresh.instance(instance, Optional.of(place)));
    live.forEach((instance, now) -> fresh.live(instance, Optional.of(now)));
    specs.forEach((resource, spec) -> fresh.resource(resource, Optional.of(spec)));
    return fresh;
  }

  private void tagsSelectWhatAFilterWould(long seed, int step) {
    for (ResourceId resource : table.resources()) {
      for (int p = 0; p < table.partitions(resource.name()); p++) {
        for (String state : STATES) {
          assertThat(table.getInstances(resource.name(), p, state, "t1"))
              .as("seed %d step %d %s/%d %s", seed, step, resource, p, state)
              .isEqualTo(table.getInstances(resource, p, state).stream()
                  .filter(route -> route.hasTag("t1"))
                  .toList());
        }
        assertThat(table.resource(resource).orElseThrow().tagged("t0").getInstances(p))
            .as("seed %d step %d %s/%d", seed, step, resource, p)
            .isEqualTo(table.getInstances(resource, p).stream()
                .filter(route -> route.hasTag("t0"))
                .toList());
      }
    }
  }

  private static void sharesWhatDidNotChange(RoutingTable before, RoutingInputs.Update update) {
    for (ResourceId resource : RESOURCES) {
      if (!update.changed().contains(resource)) {
        before
            .resource(resource)
            .ifPresent(r -> assertThat(update.table().resource(resource)).containsSame(r));
      }
    }
  }

  private int checkTops(long seed, int step) {
    int tops = 0;
    // What a resource remembers ends with it, or with its uid.
    shown
        .keySet()
        .removeIf(entity -> table.resources().stream()
            .noneMatch(r -> entity.startsWith(table.key(r).orElseThrow() + "/")));
    for (ResourceId resource : table.resources()) {
      ResourceKey key = table.key(resource).orElseThrow();
      for (int p = 0; p < table.partitions(resource.name()); p++) {
        ImmutableList<Route> masters = table.getInstances(resource, p, "MASTER");
        assertThat(masters).as("seed %d step %d %s/%d", seed, step, key, p).hasSizeLessThan(2);
        if (!masters.isEmpty()) {
          tops++;
          String entity = key + "/" + p;
          long token = masters.get(0).token();
          assertThat(token)
              .as("seed %d step %d %s", seed, step, entity)
              .isGreaterThanOrEqualTo(shown.getOrDefault(entity, 0L));
          shown.put(entity, token);
        }
      }
    }
    return tops;
  }
}
