// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.InstanceId;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.schema.Codec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is cleared of instances that were removed, and when. */
class RemovalStageTest {
  private static final Codec<byte[]> ANYTHING = new Codec<>() {
    @Override
    public String name() {
      return "anything";
    }

    @Override
    public byte[] encode(byte[] document) {
      return document;
    }

    @Override
    public byte[] decode(byte[] data) {
      return data;
    }
  };

  private final TaskWorld world = new TaskWorld();
  private final InstanceId a = world.instance("a");

  private WorkflowKey submit(int tasks) {
    WorkflowKey key = world.submit(WorkflowSpec.builder("w")
        .job(JobSpec.builder("only")
            .command("noop")
            .numberOfTasks(tasks)
            .concurrentTasksPerInstance(tasks))
        .build());
    world.settle();
    return key;
  }

  private void leave(String... paths) {
    for (String path : paths) {
      world.put(
          TaskWorld.PATHS.root() + "/" + path, ANYTHING, "?".getBytes(StandardCharsets.UTF_8));
    }
  }

  private List<String> left() {
    return world.documents.keySet().stream()
        .filter(path -> path.contains("/a/") || path.endsWith("/a"))
        .toList();
  }

  @Test
  void recordsWhatTheRemovedInstanceCompletedBeforeItClears() {
    InstanceId b = world.instance("b");
    world.live.remove(b);
    WorkflowKey key = submit(4);
    List<TaskWorld.Attempt> given = world.given(a);
    world.report(given.subList(0, 3), AttemptEnd.COMPLETED, "done");
    leave("work/a", "outcomes/a", "payloads/a/7", "payloads/a", "commands/a", "messages/a");
    world.die(a);
    world.specs.remove(a);

    assertThat(world.plan().decisions()).noneMatch(RemovalStageTest::clears);
    world.settle();

    assertThat(left()).isEmpty();
    assertThat(world.progress(key).job("only").counts().completed()).isEqualTo(3);
    world.restart(b, 5);
    world.settle();
    assertThat(world.given(b)).singleElement().satisfies(attempt -> {
      assertThat(attempt.task()).isEqualTo(given.get(3).task());
      assertThat(attempt.number()).isEqualTo(2);
    });
  }

  private static boolean clears(Decision decision) {
    return decision.changes().stream().anyMatch(change -> change instanceof Change.ProveGone);
  }

  @Test
  void clearsWhatNobodyCanRead() {
    leave("work/a/x", "outcomes/a/x", "outcomes/a");
    world.die(a);
    world.specs.remove(a);

    world.settle();

    assertThat(left()).isEmpty();
  }

  @Test
  void clearsNothingOfWhoIsConfiguredOrLivesOrMay() {
    leave("outcomes/a", "payloads/a");
    world.die(a);
    world.settle();
    assertThat(left()).hasSize(2);

    world.unclear.add(a);
    world.settle();
    assertThat(left()).hasSize(2);
    world.unclear.clear();

    world.specs.remove(a);
    world.settle();
    assertThat(left()).isEmpty();
  }

  @Test
  void clearsMoreThanOneDecisionRemoves() {
    for (int i = 0; i < 450; i++) {
      leave("payloads/a/" + i);
    }
    leave("payloads/a", "outcomes/a");
    world.die(a);
    world.specs.remove(a);

    world.settle();

    assertThat(left()).isEmpty();
  }

  @Test
  void removesNoParentBeforeItsChildren() {
    leave("payloads/a", "payloads/a/z", "outcomes/a", "outcomes/a/b");
    world.die(a);
    world.specs.remove(a);

    Decision decision = world.plan().decisions().get(0);

    assertThat(
            ((TaskChange.Clear) ((Change.OfExtension) decision.changes().get(1)).request()).paths())
        .map(path -> path.substring(TaskWorld.PATHS.root().length()))
        .containsExactly("/outcomes/a/b", "/payloads/a/z", "/outcomes/a", "/payloads/a");
    assertThat(decision.changes().get(0)).isEqualTo(new Change.ProveGone(a));
  }
}
