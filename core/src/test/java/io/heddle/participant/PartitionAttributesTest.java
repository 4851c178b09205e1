// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static io.heddle.participant.Rig.BUCKET;
import static io.heddle.participant.Rig.DB1;
import static io.heddle.participant.Rig.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heddle.model.AttributeBucket;
import io.heddle.model.Attributes;
import io.heddle.model.PartitionId;
import io.heddle.participant.PartitionAttributes.Publication;
import io.heddle.schema.AttributeCodec;
import io.heddle.store.Node;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Attributes on virtual time, as they are in the store. */
final class PartitionAttributesTest {
  private static final PartitionId FIRST = new PartitionId(RESOURCE.resource(), 0);

  private final Rig rig = new Rig();
  private final PartitionAttributes attributes = new PartitionAttributes();
  private final Rig.Member process = rig.started(builder -> builder.extension(attributes));

  private Optional<Node> node() {
    return Optional.ofNullable(rig.node(rig.paths.attributes(DB1, BUCKET)));
  }

  private AttributeBucket bucket() {
    return AttributeCodec.ATTRIBUTES.decode(node().orElseThrow().data());
  }

  private Attributes published(int partition) {
    return Objects.requireNonNull(
        Objects.requireNonNull(bucket().groups().get(RESOURCE)).get(partition));
  }

  private int writes() {
    return node().map(node -> node.stat().version() + 1).orElse(0);
  }

  @Test
  void publishesOfWhatItHolds() {
    assertThat(attributes.set(FIRST, "lag", 17)).isEqualTo(Publication.NOT_HELD);
    rig.assign(0, "SLAVE", 0);

    assertThat(attributes.set(FIRST, "lag", 17)).isEqualTo(Publication.ACCEPTED);
    assertThat(attributes.set(FIRST, "version", "v\u00e9 3\"")).isEqualTo(Publication.ACCEPTED);
    rig.settle();

    assertThat(bucket().incarnation()).isEqualTo(rig.n());
    assertThat(published(0).number("lag")).hasValue(17);
    assertThat(published(0).text("version")).contains("v\u00e9 3\"");
    assertThat(published(0).text("lag")).isEmpty();
  }

  @Test
  void canBePublishedFromTheCallbackThatEntersTheFirstState() {
    PartitionAttributes early = new PartitionAttributes();
    process.participant.close();
    rig.pass(Duration.ofSeconds(1));
    Rig.Member second =
        rig.process(builder -> builder.extension(early).callbackExecutor(callback -> {
          callback.run();
          assertThat(early.set(FIRST, "version", "v3")).isEqualTo(Publication.ACCEPTED);
        }));
    Void unused = rig.done(second.participant.start());

    rig.assign(0, "SLAVE", 0);

    assertThat(published(0).text("version")).contains("v3");
  }

  @Test
  void writesTheFirstChangeAtOnceAndManyLaterOnesTogether() {
    rig.assign(0, "SLAVE", 0);
    attributes.set(FIRST, "lag", 0);
    rig.settle();
    assertThat(writes()).isEqualTo(1);

    for (int lag = 1; lag <= 100; lag++) {
      attributes.set(FIRST, "lag", lag);
      rig.settle();
    }
    assertThat(writes()).isEqualTo(1);
    rig.pass(PartitionAttributes.PAUSE);

    assertThat(writes()).isEqualTo(2);
    assertThat(published(0).number("lag")).hasValue(100);
    attributes.set(FIRST, "lag", 100);
    rig.pass(Duration.ofSeconds(10));
    assertThat(writes()).as("what has not changed").isEqualTo(2);
  }

  @Test
  void attributesEndWithTheirReplica() {
    rig.assign(0, "SLAVE", 0);
    rig.assign(1, "SLAVE", 0);
    attributes.set(FIRST, "lag", 17);
    attributes.set(new PartitionId(RESOURCE.resource(), 1), "lag", 18);
    rig.pass(PartitionAttributes.PAUSE);

    rig.assign(0, "DROPPED", 0);
    rig.pass(PartitionAttributes.PAUSE);

    assertThat(Objects.requireNonNull(bucket().groups().get(RESOURCE)).keySet()).containsExactly(1);
    assertThat(attributes.set(FIRST, "lag", 19)).isEqualTo(Publication.NOT_HELD);
  }

  @Test
  void attributesEndWithAResetOfTheirReplica() {
    rig.assign(0, "SLAVE", 0);
    attributes.set(FIRST, "lag", 17);
    process.failure = new IllegalStateException("a callback's failure, on purpose");
    rig.assign(0, "MASTER", 9);
    assertThat(rig.reported(0)).startsWith("ERROR");

    process.failure = null;
    rig.assign(0, "OFFLINE", 0);
    rig.pass(PartitionAttributes.PAUSE);

    assertThat(rig.reported(0)).isEqualTo("OFFLINE");
    assertThat(bucket().groups()).isEmpty();
  }

  @Test
  void takesOneBack() {
    rig.assign(0, "SLAVE", 0);
    attributes.set(FIRST, "lag", 17);
    attributes.set(FIRST, "version", "v3");

    assertThat(attributes.remove(FIRST, "lag")).isEqualTo(Publication.ACCEPTED);
    assertThat(attributes.remove(FIRST, "nothing")).isEqualTo(Publication.ACCEPTED);
    rig.pass(PartitionAttributes.PAUSE);

    assertThat(published(0).values().keySet()).containsExactly("version");
  }

  @Test
  void theNextIncarnationEmptiesWhatTheOneBeforePublished() {
    rig.assign(0, "SLAVE", 0);
    attributes.set(FIRST, "lag", 17);
    rig.settle();
    final long before = bucket().q();

    rig.store.expireSessionsOf(loop -> loop == process.loop);
    rig.pass(Duration.ofSeconds(5));

    assertThat(rig.n()).isEqualTo(2);
    assertThat(bucket().incarnation()).isEqualTo(2);
    assertThat(bucket().q()).isGreaterThan(before);
    assertThat(bucket().groups()).isEmpty();
    assertThat(attributes.set(FIRST, "lag", 18)).isEqualTo(Publication.NOT_HELD);
  }

  @Test
  void aBucketThatIsEmptyAlreadyIsLeftAlone() {
    rig.assign(0, "SLAVE", 0);
    attributes.set(FIRST, "lag", 17);
    rig.settle();
    rig.store.expireSessionsOf(loop -> loop == process.loop);
    rig.pass(Duration.ofSeconds(5));
    final int writes = writes();

    rig.store.expireSessionsOf(loop -> loop == process.loop);
    rig.pass(Duration.ofSeconds(5));

    assertThat(rig.n()).isEqualTo(3);
    assertThat(writes()).isEqualTo(writes);
  }

  @Test
  void isBoundedInNamesValuesAndNumber() {
    rig.assign(0, "SLAVE", 0);
    for (int i = 0; i < Attributes.MAX_COUNT; i++) {
      attributes.set(FIRST, "a" + i, i);
    }

    assertThatIllegalStateException()
        .isThrownBy(() -> attributes.set(FIRST, "more", 1))
        .withMessageContaining("documents/0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attributes.set(FIRST, "a/b", 1))
        .withMessageContaining("a/b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attributes.set(FIRST, "n".repeat(33), 1))
        .withMessageContaining("33");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attributes.set(FIRST, "a0", "x".repeat(129)))
        .withMessageContaining("129");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attributes.set(FIRST, "a0", "two\nlines"));
    rig.pass(PartitionAttributes.PAUSE);
    assertThat(published(0).values()).hasSize(Attributes.MAX_COUNT);
    assertThat(published(0).number("a0")).hasValue(0);
  }

  @Test
  void refusesWhatABucketHasNoRoomFor() {
    int partitions = 150;
    String text = "\u20ac".repeat(128);
    int accepted = 0;
    Publication last = Publication.ACCEPTED;
    for (int p = 0; p < partitions; p++) {
      rig.assign(p, "SLAVE", 0);
    }
    for (int p = 0; p < partitions && last == Publication.ACCEPTED; p++) {
      last = attributes.set(new PartitionId(RESOURCE.resource(), p), "text", text);
      accepted += last == Publication.ACCEPTED ? 1 : 0;
    }
    rig.pass(PartitionAttributes.PAUSE);

    assertThat(last).isEqualTo(Publication.FULL);
    assertThat(Objects.requireNonNull(bucket().groups().get(RESOURCE))).hasSize(accepted);
    assertThat(node().orElseThrow().data().length)
        .isBetween(PartitionAttributes.MAX_BUCKET_BYTES / 2, PartitionAttributes.MAX_BUCKET_BYTES);
    rig.assign(0, "DROPPED", 0);
    assertThat(attributes.set(new PartitionId(RESOURCE.resource(), 149), "text", text))
        .as("there is room again")
        .isEqualTo(Publication.ACCEPTED);
  }
}
