// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the record of a living instance says of its abilities, from version to version. */
class LiveSpecTest {
  private static LiveInstance live(
      ImmutableSortedMap<String, ImmutableSortedSet<String>> abilities, boolean leaving) {
    return new LiveInstance(
        InstanceId.of("a"),
        3,
        7,
        "host",
        1,
        Optional.empty(),
        "1",
        ImmutableSortedMap.of("memory", 5L),
        abilities,
        leaving);
  }

  @Test
  void keepsTheAbilitiesOfALiveInstance() {
    LiveInstance live = live(
        ImmutableSortedMap.of(
            "task-commands", ImmutableSortedSet.of("backup", "index"),
            "nothing", ImmutableSortedSet.of()),
        false);

    assertThat(Specs.LIVE.decode(Specs.LIVE.encode(live))).isEqualTo(live);
    assertThat(Specs.LIVE.decode(Specs.LIVE.encode(live.withLeaving())))
        .isEqualTo(live(live.abilities(), true));
  }

  @Test
  void readsARecordOfAVersionThatAnnouncedNone() {
    byte[] older = ("{\"f\":1,\"id\":\"a\",\"n\":3,\"session\":7,\"host\":\"host\",\"process\":1,"
            + "\"version\":\"1\",\"capacity\":{\"memory\":5}}")
        .getBytes(StandardCharsets.UTF_8);

    LiveInstance live = Specs.LIVE.decode(older);

    assertThat(live).isEqualTo(live(ImmutableSortedMap.of(), false));
    assertThat(Specs.LIVE.encode(live)).isEqualTo(older);
    assertThat(live.can("task-commands", "index")).isTrue();
  }

  @Test
  void canOnlyWhatItAnnouncedOfAKind() {
    LiveInstance live =
        live(ImmutableSortedMap.of("task-commands", ImmutableSortedSet.of("index")), false);

    assertThat(live.can("task-commands", "index")).isTrue();
    assertThat(live.can("task-commands", "backup")).isFalse();
    assertThat(live.can("something-else", "backup")).isTrue();
  }
}
