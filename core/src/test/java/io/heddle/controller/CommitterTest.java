// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.harness.RawClient;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.SectionKey;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitterTest {
  private static final ClusterPaths PATHS = new ClusterPaths("c");
  private static final SectionKey<String> EXTENSION = SectionKey.of("extension", String.class);

  @SuppressWarnings("rawtypes") // A section's type is a class.
  private static final SectionKey<List> DELETES = SectionKey.of("deletes", List.class);

  private static final ResourceKey DOCUMENTS = new ResourceKey(ResourceId.of("documents"), 7);
  private static final String BUCKET = Buckets.ofPartition(DOCUMENTS, 0);

  private final MemoryStore store = new MemoryStore();
  private final RawClient other = new RawClient(store);
  private final CommitterRig rig =
      new CommitterRig(store, other, ClusterState.roots(PATHS), (cache, state) -> {
        ChangeRenderer renderer = new ChangeRenderer(PATHS, 1, cache, state);
        return (decision, batch) -> decision.changes().forEach(change -> {
          if (!(change instanceof Change.OfExtension own)) {
            renderer.render(change, batch);
          } else if (own.extension() == DELETES) {
            ((List<?>) own.request()).forEach(path -> batch.delete((String) path));
          }
        });
      });
  private final List<Decision> performed = rig.performed;

  @BeforeEach
  void load() {
    other.create("/c/assignments", new byte[0]);
    refresh();
  }

  @AfterEach
  void close() {
    rig.close();
    other.close();
    store.close();
  }

  private void refresh() {
    rig.refresh();
  }

  private Committer.Outcome carryOut(List<Decision> decisions) {
    return rig.carryOut(decisions);
  }

  private void instances(String... names) {
    for (String name : names) {
      other.create("/c/assignments/" + name, new byte[0]);
    }
  }

  private static Decision place(String instance, int partition, String state) {
    return Decision.of(
        "documents/" + partition,
        "test",
        new Change.SetTarget(
            InstanceId.of(instance),
            3,
            DOCUMENTS,
            "MasterSlave",
            partition,
            new Target(state, 1, 0, false)));
  }

  private String written(String instance) {
    return other
        .read("/c/assignments/" + instance + "/" + BUCKET)
        .map(node -> new String(node.data(), StandardCharsets.UTF_8))
        .orElse("");
  }

  @Test
  void decisionsOnOneZnodeBecomeOneWrite() {
    instances("a");
    long before = store.operations().writes();

    Committer.Outcome outcome =
        carryOut(List.of(place("a", 0, "SLAVE"), place("a", 1, "SLAVE"), place("a", 2, "SLAVE")));

    assertThat(outcome).isEqualTo(Committer.Outcome.DONE);
    assertThat(store.operations().writes() - before).isEqualTo(1);
    assertThat(performed).hasSize(3);
  }

  @Test
  void nothingIsWrittenAfterTheEpochMovedOn() {
    instances("a");
    other.set("/c/epoch", new byte[] {1});

    Committer.Outcome outcome = carryOut(List.of(place("a", 0, "SLAVE")));

    assertThat(outcome).isEqualTo(Committer.Outcome.FENCED);
    assertThat(written("a")).isEmpty();
    assertThat(performed).isEmpty();
  }

  @Test
  void anEffectWithoutAWriteIsFencedToo() {
    Decision effect = Decision.of("x", "test", new Change.OfExtension(EXTENSION, "go"));
    assertThat(carryOut(List.of(effect))).isEqualTo(Committer.Outcome.DONE);
    assertThat(performed).containsExactly(effect);
    other.set("/c/epoch", new byte[] {1});

    assertThat(carryOut(List.of(effect))).isEqualTo(Committer.Outcome.FENCED);

    assertThat(performed).hasSize(1);
  }

  @Test
  void aRefusedZnodeHoldsUpNobodyElse() {
    instances("a", "b", "d");
    assertThat(carryOut(List.of(place("b", 0, "SLAVE")))).isEqualTo(Committer.Outcome.DONE);
    // Behind the cache's back: what it knows of b is stale now.
    other.set(
        "/c/assignments/b/" + BUCKET,
        BucketCodecs.ASSIGNMENT.encode(
            new io.heddle.model.AssignmentBucket(1, 3, 9, 0, ImmutableSortedMap.of())));

    carryOut(List.of(place("a", 0, "SLAVE"), place("b", 0, "MASTER"), place("d", 0, "SLAVE")));

    assertThat(written("a")).contains("SLAVE");
    assertThat(written("d")).contains("SLAVE");
    assertThat(written("b")).doesNotContain("MASTER");
    refresh();
    carryOut(List.of(place("b", 0, "MASTER")));
    assertThat(written("b")).contains("MASTER");
  }

  @Test
  void severalRefusedZnodesHoldUpNobodyElse() {
    instances("a", "b", "e", "f", "g", "h");

    // The parents of these do not exist: each is refused, one after the other.
    List<Decision> decisions = new ArrayList<>();
    for (String name : List.of("a", "x1", "b", "x2", "e", "x3", "f", "x4", "g", "x5", "h")) {
      decisions.add(place(name, 0, "SLAVE"));
    }
    carryOut(decisions);

    for (String name : List.of("a", "b", "e", "f", "g", "h")) {
      assertThat(written(name)).as(name).contains("SLAVE");
    }
  }

  @Test
  void aPlanOfWhichNothingCameAboutIsToldApart() {
    assertThat(carryOut(List.of(place("nobody", 0, "SLAVE")))).isEqualTo(Committer.Outcome.REFUSED);
  }

  @Test
  void aLargePlanGoesInSeveralTransactions() {
    ImmutableList.Builder<Decision> decisions = ImmutableList.builder();
    for (int i = 0; i < 1_200; i++) {
      instances("i" + i);
      decisions.add(place("i" + i, 0, "SLAVE"));
    }

    Committer.Outcome outcome = carryOut(decisions.build());

    assertThat(outcome).isEqualTo(Committer.Outcome.DONE);
    assertThat(performed).hasSize(1_200);
    assertThat(written("i1199")).contains("SLAVE");
  }

  @Test
  void aDocumentThatWouldBeTooLargeIsNotSent() {
    instances("a", "b");

    carryOut(List.of(place("a", 0, "S".repeat(300_000)), place("b", 0, "SLAVE")));

    assertThat(written("a")).isEmpty();
    assertThat(written("b")).contains("SLAVE");
    assertThat(rig.refused).singleElement().satisfies(refusal -> {
      assertThat(refusal.reason().code()).isEqualTo(Reason.Code.TOO_LARGE);
      assertThat(refusal.reason().entity()).isEqualTo("documents/0");
      assertThat(refusal.reason().detail())
          .contains("/c/assignments/a/" + BUCKET, "bytes", "262144");
    });
  }

  @Test
  void aDocumentIsFilledAsFarAsItGoes() {
    instances("a", "b");
    List<Decision> decisions = new ArrayList<>();
    decisions.add(place("b", 0, "SLAVE"));
    for (int p = 0; p < 2_000; p++) {
      decisions.add(place("a", p, "S".repeat(200)));
    }

    assertThat(carryOut(decisions)).isEqualTo(Committer.Outcome.DONE);

    assertThat(written("a")).hasSizeBetween(100_000, 262_144);
    assertThat(written("b")).contains("SLAVE");
    assertThat(performed.size() + rig.refused.size()).isEqualTo(decisions.size());
  }

  @Test
  void oneThatNoLongerFitsHoldsUpNobodyElseOnItsZnode() {
    instances("a");

    Decision gone = Decision.of(
        "documents",
        "test",
        new Change.RemoveResource(new ResourceKey(ResourceId.of("documents"), 8)));
    carryOut(List.of(place("a", 0, "SLAVE"), gone, place("a", 1, "SLAVE")));

    assertThat(written("a")).contains("SLAVE");
    assertThat(performed).hasSize(2);
    assertThat(rig.refused)
        .extracting(refusal -> refusal.reason().code())
        .containsExactly(Reason.Code.DEPENDENCY_PENDING);
  }

  private Decision clear(String instance, String... paths) {
    return new Decision(
        instance,
        "test",
        ImmutableList.of(
            new Change.ProveGone(InstanceId.of(instance)),
            new Change.OfExtension(DELETES, ImmutableList.copyOf(paths))));
  }

  private void counter(String instance) {
    other.create("/c/instances", new byte[0]);
    other.create("/c/live", new byte[0]);
    other.create("/c/live/" + instance, new byte[0]);
    other.create("/c/incarnations", new byte[0]);
    other.create("/c/incarnations/" + instance, Specs.COUNTER.encode(0L));
    instances(instance);
    other.create("/c/assignments/" + instance + "/1-0", new byte[0]);
    rig.reload();
  }

  @Test
  void clearsWhatIsLeftOfWhoIsProvedGoneAndBumpsItsIncarnation() {
    counter("a");

    Committer.Outcome outcome = carryOut(List.of(clear("a", "/c/assignments/a/1-0")));

    assertThat(outcome).isEqualTo(Committer.Outcome.DONE);
    assertThat(other.read("/c/assignments/a/1-0")).isEmpty();
    assertThat(other.read("/c/instances/a")).isEmpty();
    assertThat(other.read("/c/live/a/s")).isEmpty();
    assertThat(other.read("/c/incarnations/a").orElseThrow().stat().version()).isEqualTo(1);
  }

  @Test
  void clearsNothingOfWhoRegisteredOrWasConfiguredMeanwhile() {
    counter("a");
    // Behind the cache's back.
    other.createEphemeral("/c/live/a/s", new byte[0]);
    assertThat(carryOut(List.of(clear("a", "/c/assignments/a/1-0"))))
        .isEqualTo(Committer.Outcome.REFUSED);
    other.delete("/c/live/a/s");
    other.create("/c/instances/a", new byte[0]);
    assertThat(carryOut(List.of(clear("a", "/c/assignments/a/1-0"))))
        .isEqualTo(Committer.Outcome.REFUSED);

    assertThat(other.read("/c/assignments/a/1-0")).isPresent();
    assertThat(other.read("/c/incarnations/a").orElseThrow().stat().version()).isZero();
  }

  @Test
  void nothingToDoIsNothingSent() {
    assertThat(carryOut(List.of())).isEqualTo(Committer.Outcome.NOTHING);
  }
}
