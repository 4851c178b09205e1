// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import static io.heddle.properties.PropertyType.NUMBER;
import static io.heddle.properties.PropertyType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.admin.ClusterAdmin;
import io.heddle.client.ClientException;
import io.heddle.client.ClientException.Kind;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.harness.Waiting;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Properties on virtual time. */
final class PropertyStoreTest {
  private static final Duration SESSION = Duration.ofSeconds(12);
  private static final PropertyPath LIMIT = PropertyPath.shared("limits/writes");

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  private final ClusterPaths paths = new ClusterPaths("orders");
  private final FragileNetwork network = new FragileNetwork();
  private final PropertyStore mine = open(store.through(network), "mine");
  private final PropertyStore others = open(store, "others");
  private final List<String> told = new ArrayList<>();

  PropertyStoreTest() {
    ClusterAdmin admin =
        ClusterAdmin.builder(store, name -> time.newLoop(), "orders").build();
    done(admin.createCluster());
    admin.close();
  }

  private PropertyStore open(MemoryStore through, String ids) {
    return PropertyStore.builder(through, name -> time.newLoop(), "orders")
        .sessionTimeout(SESSION)
        .ids(() -> ids)
        .build();
  }

  private <T> T done(CompletionStage<T> stage) {
    time.pass(Duration.ofMillis(500));
    assertThat(stage.toCompletableFuture()).isDone();
    return Waiting.get(stage);
  }

  private Kind failure(CompletionStage<?> stage) {
    time.pass(Duration.ofMillis(500));
    assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
    try {
      Object unused = Waiting.get(stage);
      throw new AssertionError("completed with " + unused);
    } catch (ClientException e) {
      return e.kind();
    }
  }

  private PropertyListener<Long> noting() {
    return (path, now) ->
        told.add(path.name() + "=" + now.map(p -> p.value().toString()).orElse("none"));
  }

  @Test
  void keepsWhatIsSet() {
    assertThat(done(mine.get(LIMIT, NUMBER))).isEmpty();

    Property<Long> set = done(mine.set(LIMIT, NUMBER, 100L));

    assertThat(set.value()).isEqualTo(100);
    assertThat(done(others.get(LIMIT, NUMBER))).contains(set);
    Property<Long> again = done(others.set(LIMIT, NUMBER, 200L));
    assertThat(again.revision()).isGreaterThan(set.revision());
    assertThat(done(mine.get(LIMIT, NUMBER))).contains(again);
  }

  @Test
  void hasTypes() {
    PropertyType<Duration> duration =
        PropertyType.of("duration", Duration::toString, Duration::parse);
    done(mine.set(LIMIT, duration, Duration.ofSeconds(3)));

    assertThat(done(mine.get(LIMIT, duration)).orElseThrow().value())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(failure(mine.get(LIMIT, NUMBER))).isEqualTo(Kind.INVALID);
    assertThat(failure(mine.compareAndSet(LIMIT, TEXT, 1, "x"))).isEqualTo(Kind.INVALID);
    done(mine.set(LIMIT, PropertyType.FLAG, true));
    assertThat(done(mine.get(LIMIT, PropertyType.FLAG)).orElseThrow().value()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> PropertyType.FLAG.read("yes"));
  }

  @Test
  void changesOnlyWhatNobodyElseChanged() {
    Update<Long> created = done(mine.compareAndSet(LIMIT, NUMBER, Property.ABSENT, 1L));
    Property<Long> first = ((Update.Done<Long>) created).property().orElseThrow();
    assertThat(done(others.compareAndSet(LIMIT, NUMBER, Property.ABSENT, 2L)))
        .isEqualTo(new Update.Conflict<>(java.util.Optional.of(first)));

    Update<Long> changed = done(others.compareAndSet(LIMIT, NUMBER, first.revision(), 3L));
    assertThat(changed).isInstanceOf(Update.Done.class);
    assertThat(done(mine.compareAndSet(LIMIT, NUMBER, first.revision(), 4L)))
        .isInstanceOf(Update.Conflict.class);
    assertThat(done(mine.get(LIMIT, NUMBER)).orElseThrow().value()).isEqualTo(3);
  }

  @Test
  void aPropertyThatWasCreatedAgainIsAnother() {
    Property<Long> first = done(mine.set(LIMIT, NUMBER, 1L));
    assertThat(done(others.delete(LIMIT))).isTrue();
    done(others.set(LIMIT, NUMBER, 1L));

    assertThat(done(mine.compareAndSet(LIMIT, NUMBER, first.revision(), 2L)))
        .isInstanceOf(Update.Conflict.class);
    assertThat(done(mine.compareAndDelete(LIMIT, NUMBER, first.revision())))
        .isInstanceOf(Update.Conflict.class);
  }

  @Test
  void oneOfTwoThatCompareAndSetAtOnceWins() {
    Property<Long> first = done(mine.set(LIMIT, NUMBER, 1L));

    CompletionStage<Update<Long>> one = mine.compareAndSet(LIMIT, NUMBER, first.revision(), 2L);
    CompletionStage<Update<Long>> two = others.compareAndSet(LIMIT, NUMBER, first.revision(), 2L);

    List<Update<Long>> results = List.of(done(one), done(two));
    assertThat(results).filteredOn(result -> result instanceof Update.Done).hasSize(1);
    assertThat(results).filteredOn(result -> result instanceof Update.Conflict).hasSize(1);
  }

  @Test
  void deletesAndLeavesNoEmptyParents() {
    PropertyPath below = PropertyPath.shared("limits/writes/burst");
    Property<Long> limit = done(mine.set(LIMIT, NUMBER, 1L));
    done(mine.set(below, NUMBER, 2L));

    assertThat(done(mine.compareAndDelete(LIMIT, NUMBER, limit.revision())))
        .isEqualTo(new Update.Done<>(java.util.Optional.empty()));
    assertThat(done(mine.get(LIMIT, NUMBER))).isEmpty();
    assertThat(done(mine.get(below, NUMBER))).as("what lies below").isPresent();
    assertThat(done(mine.children(PropertyPath.shared("limits")))).containsExactly("writes");

    assertThat(done(mine.delete(below))).isTrue();
    assertThat(done(mine.delete(below))).isFalse();
    assertThat(store.contents().keySet())
        .noneMatch(path -> path.startsWith(paths.in("shared") + "/"));
  }

  @Test
  void setsAParentThatHadNoValue() {
    done(mine.set(LIMIT, NUMBER, 1L));
    PropertyPath parent = PropertyPath.shared("limits");
    assertThat(done(mine.get(parent, TEXT))).isEmpty();

    assertThat(done(mine.compareAndSet(parent, TEXT, Property.ABSENT, "all")))
        .isInstanceOf(Update.Done.class);

    assertThat(done(mine.get(parent, TEXT)).orElseThrow().value()).isEqualTo("all");
  }

  @Test
  void listsChildren() {
    assertThat(done(mine.children(PropertyPath.settings("a")))).isEmpty();
    done(mine.set(PropertyPath.settings("a/z"), TEXT, ""));
    done(mine.set(PropertyPath.settings("a/b/c"), TEXT, ""));

    assertThat(done(mine.children(PropertyPath.settings("a")))).containsExactly("b", "z");
  }

  @Test
  void setsOnceThoughTheAnswerWasLost() {
    for (int reply = 1; reply <= 5; reply++) {
      done(others.delete(LIMIT));
      network.loseReply(reply);
      CompletionStage<Update<Long>> set =
          mine.compareAndSet(LIMIT, NUMBER, Property.ABSENT, (long) reply);
      time.pass(Duration.ofSeconds(5));

      assertThat(done(set)).as("with reply %d lost", reply).isInstanceOf(Update.Done.class);
      assertThat(done(others.get(LIMIT, NUMBER)).orElseThrow().value()).isEqualTo(reply);
    }
  }

  @Test
  void isBounded() {
    assertThatIllegalArgumentException().isThrownBy(() -> PropertyPath.shared("a//b"));
    assertThatIllegalArgumentException().isThrownBy(() -> PropertyPath.shared("../epoch"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PropertyPath.shared("1/2/3/4/5/6/7/8/9"))
        .withMessageContaining("9");
    assertThat(failure(mine.set(LIMIT, TEXT, "x".repeat(PropertyStore.MAX_BYTES))))
        .isEqualTo(Kind.FULL);
    List<CompletionStage<?>> all = new ArrayList<>();
    for (int i = 0; i < PropertyStore.MAX_CHILDREN; i++) {
      all.add(others.set(PropertyPath.shared("many/p" + i), TEXT, ""));
      if (i % 500 == 0) {
        time.pass(Duration.ofSeconds(1));
      }
    }
    time.pass(Duration.ofSeconds(1));
    all.forEach(set -> assertThat(set.toCompletableFuture()).isCompleted());
    assertThat(failure(mine.set(PropertyPath.shared("many/more"), TEXT, ""))).isEqualTo(Kind.FULL);
    for (int i = 0; i < PropertyStore.MAX_LISTENERS; i++) {
      Runnable unused = mine.listen(LIMIT, NUMBER, noting());
    }
    assertThatIllegalStateException().isThrownBy(() -> mine.listen(LIMIT, NUMBER, noting()));
  }

  @Test
  void tellsAListenerWhatIsThereAndWhatChanges() {
    done(others.set(LIMIT, NUMBER, 1L));
    done(others.set(PropertyPath.shared("elsewhere"), NUMBER, 1L));
    Runnable end = mine.listen(PropertyPath.shared("limits"), NUMBER, noting());
    time.pass(Duration.ofSeconds(1));
    assertThat(told).containsExactly("limits/writes=1");

    done(others.set(LIMIT, NUMBER, 2L));
    done(others.set(PropertyPath.shared("limits/reads"), NUMBER, 7L));
    done(others.set(PropertyPath.shared("limits/name"), TEXT, "of another type"));
    done(others.delete(LIMIT));
    end.run();
    time.pass(Duration.ofSeconds(1));
    done(others.set(LIMIT, NUMBER, 3L));

    assertThat(told)
        .containsExactly(
            "limits/writes=1", "limits/writes=2", "limits/reads=7", "limits/writes=none");
  }

  @Test
  void tellsWhatItMissedWhileCutOffAndOverTheEndOfItsSession() {
    done(others.set(LIMIT, NUMBER, 1L));
    Runnable unused = mine.listen(LIMIT, NUMBER, noting());
    time.pass(Duration.ofSeconds(1));

    network.cut();
    time.pass(Duration.ofSeconds(1));
    done(others.set(LIMIT, NUMBER, 2L));
    network.heal();
    time.pass(Duration.ofSeconds(5));
    assertThat(told).containsExactly("limits/writes=1", "limits/writes=2");

    network.cut();
    time.pass(SESSION.multipliedBy(2));
    done(others.delete(LIMIT));
    network.heal();
    time.pass(Duration.ofSeconds(5));
    assertThat(told).containsExactly("limits/writes=1", "limits/writes=2", "limits/writes=none");
    done(others.set(LIMIT, NUMBER, 3L));
    assertThat(told).endsWith("limits/writes=3");
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    Runnable bad = mine.listen(LIMIT, NUMBER, (path, now) -> {
      throw new IllegalStateException("a listener's own failure, thrown on purpose");
    });
    Runnable unused = mine.listen(LIMIT, NUMBER, noting());

    done(others.set(LIMIT, NUMBER, 1L));
    done(others.set(LIMIT, NUMBER, 2L));

    assertThat(told).containsExactly("limits/writes=1", "limits/writes=2");
    bad.run();
  }

  @Test
  void failsInTimeWhileCutOff() {
    network.cut();
    CompletionStage<?> get = mine.get(LIMIT, NUMBER);
    time.pass(Duration.ofSeconds(31));

    assertThatThrownBy(() -> done(get))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessageContaining("shared/limits/writes");
  }

  @Test
  void saysThatThereIsNoCluster() {
    PropertyStore nowhere =
        PropertyStore.builder(store, name -> time.newLoop(), "elsewhere").build();

    assertThat(failure(nowhere.set(LIMIT, NUMBER, 1L))).isEqualTo(Kind.NOT_FOUND);
  }
}
