// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.store.Commit;
import io.heddle.store.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commits: all or nothing, whatever they are. */
final class TreeLawTest {
  private static final int COMMITS = 2_000;
  private static final List<String> PATHS =
      List.of("/a", "/b", "/a/a", "/a/b", "/b/a", "/a/a/a", "/a/a/b");
  private static final List<Long> SESSIONS = List.of(1L, 2L);

  private final Tree tree = new Tree();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesAllOrNothingAndOwnsExactlyWhatLives(long seed) {
    Random random = new Random(seed);
    int refused = 0;

    for (int zxid = 1; zxid <= COMMITS; zxid++) {
      Map<String, String> before = contents();
      List<Op> ops = randomOps(random);
      List<Tree.Change> changes = new ArrayList<>();

      Commit commit = tree.commit(ops, zxid, 1L + zxid % 2, List.of(), changes::add);

      if (commit instanceof Commit.Applied applied) {
        assertThat(applied.stats()).hasSameSizeAs(ops);
        assertThat(changes)
            .hasSize((int) ops.stream().filter(TreeLawTest::changes).count());
      } else {
        refused++;
        assertThat(changes).isEmpty();
        assertThat(contents()).isEqualTo(before);
      }
      assertThatChildrenAreThoseOfTheTree();
      if (zxid % 97 == 0) {
        endSession(SESSIONS.get(random.nextInt(SESSIONS.size())));
      }
    }

    assertThat(refused).isBetween(COMMITS / 10, COMMITS * 95 / 100);
    SESSIONS.forEach(this::endSession);
    assertThat(tree.all()).allSatisfy(node -> assertThat(node.ephemeralOwner).isZero());
  }

  private void endSession(long session) {
    List<Tree.Change> changes = new ArrayList<>();
    long owned = tree.all().stream().filter(n -> n.ephemeralOwner == session).count();

    tree.deleteEphemerals(session, changes::add);

    assertThat(changes).hasSize((int) owned);
    assertThat(tree.all()).noneSatisfy(node -> assertThat(node.ephemeralOwner).isEqualTo(session));
  }

  private void assertThatChildrenAreThoseOfTheTree() {
    for (Znode node : tree.all()) {
      List<String> below = tree.all().stream()
          .map(n -> n.path)
          .filter(path -> path.length() > 1 && Tree.parentOf(path).equals(node.path))
          .map(path -> path.substring(path.lastIndexOf('/') + 1))
          .sorted()
          .toList();
      assertThat(node.children).containsExactlyElementsOf(below);
    }
  }

  private static boolean changes(Op op) {
    return !(op instanceof Op.Check);
  }

  private static List<Op> randomOps(Random random) {
    List<Op> ops = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String path = PATHS.get(random.nextInt(PATHS.size()));
      int version = random.nextBoolean() ? Op.ANY_VERSION : random.nextInt(3);
      byte[] data = {(byte) random.nextInt()};
      ops.add(
          switch (random.nextInt(5)) {
            case 0 -> new Op.Set(path, data, version);
            case 1 -> new Op.Delete(path, version);
            case 2 -> new Op.Check(path, version);
            default ->
              new Op.Create(
                  path,
                  data,
                  random.nextInt(3) == 0 ? Op.CreateMode.EPHEMERAL : Op.CreateMode.PERSISTENT,
                  List.of());
          });
    }
    return ops;
  }

  private Map<String, String> contents() {
    TreeMap<String, String> contents = new TreeMap<>();
    for (Znode node : tree.all()) {
      contents.put(node.path, node.stat() + " " + Arrays.toString(node.data));
    }
    return contents;
  }
}
