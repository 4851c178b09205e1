// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.harness.RawClient;
import io.heddle.model.Reason;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.SectionKey;
import io.heddle.schema.Codec;
import io.heddle.schema.TreeRoot;
import io.heddle.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever belongs together: all that fits into a transaction comes about, in as many passes as it
 * takes, each decision whole; what fits into none is named, and holds up nobody.
 */
class CommitterLawTest {
  private static final SectionKey<Touch> EXTENSION = SectionKey.of("extension", Touch.class);
  private static final int ZNODES = 24;

  /** Notes itself in some znodes. */
  private record Touch(int id, ImmutableSortedSet<Integer> znodes) {}

  /** A document of a fixed size that lists who touched it. */
  private record Listed(int size, ImmutableSortedSet<Integer> ids) {}

  private static final Codec<Listed> CODEC = new Codec<>() {
    @Override
    public String name() {
      return "listed";
    }

    @Override
    public byte[] encode(Listed document) {
      byte[] text = document.ids().toString().getBytes(StandardCharsets.UTF_8);
      return java.util.Arrays.copyOf(text, Math.max(text.length, document.size()));
    }

    @Override
    public Listed decode(byte[] data) {
      String text = new String(data, StandardCharsets.UTF_8).trim();
      ImmutableSortedSet.Builder<Integer> ids = ImmutableSortedSet.naturalOrder();
      for (String id : text.replaceAll("[\\[\\] ]", "").split(",", -1)) {
        if (!id.isEmpty()) {
          ids.add(Integer.parseInt(id));
        }
      }
      return new Listed(data.length, ids.build());
    }
  };

  private static String path(int znode) {
    return "/c/docs/" + znode;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allThatFitsComesAboutAndTheRestIsNamed(long seed) {
    Random random = new Random(seed);
    int[] sizes = random.ints(ZNODES, 100, 200_000).toArray();
    ImmutableList<Touch> wanted = wanted(random);
    try (MemoryStore store = new MemoryStore();
        RawClient other = new RawClient(store);
        CommitterRig rig = new CommitterRig(
            store,
            other,
            List.of(TreeRoot.owned("/c/docs", 1)),
            (cache, state) -> (decision, batch) ->
                decision.changes().forEach(change -> render(change, sizes, batch)))) {
      other.create("/c/docs", new byte[0]);
      rig.refresh();
      List<Decision> left =
          new ArrayList<>(wanted.stream().map(CommitterLawTest::decision).toList());

      Committer.Outcome outcome = Committer.Outcome.DONE;
      for (int pass = 0; outcome == Committer.Outcome.DONE && !left.isEmpty(); pass++) {
        assertThat(pass).as("passes").isLessThan(wanted.size() + 1);
        rig.refused.clear();
        rig.performed.clear();
        outcome = carryOut(rig, left);
      }

      List<Integer> impossible = wanted.stream()
          .filter(touch -> bytes(touch, sizes) > Committer.MAX_BYTES)
          .map(Touch::id)
          .toList();
      assertThat(left).extracting(CommitterLawTest::id).containsExactlyElementsOf(impossible);
      assertThat(rig.refused).hasSameSizeAs(impossible).allSatisfy(refusal -> {
        assertThat(refusal.reason().code()).isEqualTo(Reason.Code.TOO_LARGE);
        assertThat(refusal.reason().entity()).isEqualTo(refusal.decision().entity());
        assertThat(refusal.reason().detail()).contains("bytes", "/c/docs/", "524288");
      });
      for (int znode = 0; znode < ZNODES; znode++) {
        TreeSet<Integer> expected = new TreeSet<>();
        for (Touch touch : wanted) {
          if (touch.znodes().contains(znode) && !impossible.contains(touch.id())) {
            expected.add(touch.id());
          }
        }
        assertThat(other.read(path(znode)).map(node -> CODEC.decode(node.data()).ids()))
            .isEqualTo(
                expected.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ImmutableSortedSet.copyOfSorted(expected)));
      }
    }
  }

  /** Mostly few znodes, so that much hangs together; now and then more than ever fits. */
  private static ImmutableList<Touch> wanted(Random random) {
    ImmutableList.Builder<Touch> wanted = ImmutableList.builder();
    for (int id = 0; id < 120; id++) {
      TreeSet<Integer> znodes = new TreeSet<>();
      int count = random.nextInt(20) == 0 ? 16 : 1 + random.nextInt(3);
      while (znodes.size() < count) {
        znodes.add(random.nextInt(ZNODES));
      }
      wanted.add(new Touch(id, ImmutableSortedSet.copyOfSorted(znodes)));
    }
    return wanted.build();
  }

  private static Committer.Outcome carryOut(CommitterRig rig, List<Decision> left) {
    Committer.Outcome outcome = rig.carryOut(left);
    assertThat(rig.performed.size() + rig.refused.size()).isEqualTo(left.size());
    left.removeAll(rig.performed);
    return outcome;
  }

  private static Decision decision(Touch touch) {
    return Decision.of("touch-" + touch.id(), "test", new Change.OfExtension(EXTENSION, touch));
  }

  private static int id(Decision decision) {
    return ((Touch) ((Change.OfExtension) decision.changes().get(0)).request()).id();
  }

  private static int bytes(Touch touch, int[] sizes) {
    return touch.znodes().stream()
        .mapToInt(znode -> sizes[znode] + path(znode).length() + 64)
        .sum();
  }

  private static void render(Change change, int[] sizes, WriteBatch batch) {
    Touch touch = (Touch) ((Change.OfExtension) change).request();
    for (int znode : touch.znodes()) {
      batch.edit(path(znode), CODEC, before -> {
        TreeSet<Integer> ids =
            new TreeSet<>(before.map(Listed::ids).orElse(ImmutableSortedSet.of()));
        ids.add(touch.id());
        return Optional.of(new Listed(sizes[znode], ImmutableSortedSet.copyOfSorted(ids)));
      });
    }
  }
}
