// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A session as tests see it: they ask, and wait for the answer or don't. */
final class TestSession {
  private final StoreWorld world;
  private final StoreWorld.Client client;
  private final List<SessionEvent> events = new ArrayList<>();
  private final List<Answers<?>> asked = new ArrayList<>();
  private final List<StoreSession> opened = new ArrayList<>();

  TestSession(StoreWorld world, StoreWorld.Client client, SessionOptions options) {
    this.world = world;
    this.client = client;
    world.run(() -> opened.add(client.store().open(options, world.loop(), events::add)));
  }

  StoreSession session() {
    return opened.get(0);
  }

  StoreWorld.Client client() {
    return client;
  }

  TestSession awaitEvents(SessionEvent... expected) {
    world.await("events " + List.of(expected), () -> events.size() >= expected.length);
    assertThat(events()).containsExactly(expected);
    return this;
  }

  /** Waits for one event, whatever comes before it. */
  void awaitEvent(SessionEvent expected) {
    world.await("event " + expected, () -> events.contains(expected));
  }

  List<SessionEvent> events() {
    return get(() -> ImmutableList.copyOf(events));
  }

  long id() {
    return get(() -> session().id());
  }

  Commit commit(Op... ops) {
    return await(committing(ops));
  }

  /** A commit that must be applied. */
  Commit.Applied apply(Op... ops) {
    Commit answer = commit(ops);
    assertThat(answer).isInstanceOf(Commit.Applied.class);
    return (Commit.Applied) answer;
  }

  Answers<Commit> committing(Op... ops) {
    return ask("commit " + List.of(ops), answer -> session().commit(List.of(ops), answer));
  }

  Read read(String path) {
    return await(reading(path));
  }

  /** Reads what must be there. */
  Node find(String path) {
    Read answer = read(path);
    assertThat(answer).isInstanceOf(Read.Found.class);
    return ((Read.Found) answer).node();
  }

  /** Reads what must be there, as text. */
  String text(String path) {
    return new String(find(path).data(), StandardCharsets.UTF_8);
  }

  Answers<Read> reading(String path) {
    return ask("read " + path, answer -> session().read(path, answer));
  }

  List<Read> readAll(List<String> paths) {
    return await(readingAll(paths));
  }

  Answers<List<Read>> readingAll(List<String> paths) {
    return ask("readAll of " + paths.size(), answer -> session().readAll(paths, answer));
  }

  Children children(String path) {
    return await(listing(path));
  }

  Answers<Children> listing(String path) {
    return ask("children " + path, answer -> session().children(path, answer));
  }

  boolean sync() {
    return await(syncing());
  }

  Answers<Boolean> syncing() {
    return ask("sync", answer -> session().sync(answer));
  }

  /** Watches, and returns once the watch is in force. */
  Seen watch(String path) {
    Seen seen = new Seen();
    assertThat(await(watching(path, seen))).isTrue();
    return seen;
  }

  Answers<Boolean> watching(String path, Consumer<WatchEvent> events) {
    return ask("watch " + path, answer -> session().watch(path, events, answer));
  }

  void close() {
    world.run(() -> session().close());
  }

  <T> T await(Answers<T> answers) {
    world.await("an answer to " + answers, answers::isDone);
    return get(answers::first);
  }

  /** Makes a request on the loop; it must not be answered before the call returns. */
  private <T> Answers<T> ask(String what, Consumer<Consumer<T>> request) {
    Answers<T> answers = new Answers<>(what);
    world.run(() -> {
      request.accept(answers);
      asked.add(answers);
      assertThat(answers.count()).as("answers within the call: " + what).isZero();
    });
    return answers;
  }

  /** Waits until all that was asked is answered, and fails if anything was answered twice. */
  void awaitEachAnsweredOnce() {
    world.await("an answer to each of " + asked, () -> asked.stream().allMatch(Answers::isDone));
    // Whatever is on its way to the loop a second time is told before this.
    world.run(() -> assertThat(asked).allSatisfy(a -> assertThat(a.count()).isEqualTo(1)));
  }

  private <T> T get(Supplier<T> value) {
    List<T> result = new ArrayList<>();
    world.run(() -> result.add(value.get()));
    return result.get(0);
  }

  /** What a watch has told. */
  final class Seen implements Consumer<WatchEvent> {
    private final List<WatchEvent> all = new ArrayList<>();

    @Override
    public void accept(WatchEvent event) {
      all.add(event);
    }

    List<WatchEvent> events() {
      return get(() -> ImmutableList.copyOf(all));
    }

    List<String> paths() {
      return events().stream().map(WatchEvent::path).toList();
    }

    /**
     * Waits for as many events, and fails unless they are of exactly these znodes in this order.
     */
    void awaitPaths(String... expected) {
      world.await("events of " + List.of(expected), () -> all.size() >= expected.length);
      assertThat(paths()).containsExactly(expected);
    }

    /** For use on the loop. */
    boolean hasSeen(String path) {
      return all.stream().anyMatch(event -> event.path().equals(path));
    }
  }
}
