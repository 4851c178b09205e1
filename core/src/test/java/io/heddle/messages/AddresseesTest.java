// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.schema.MessageCodecs;
import io.heddle.schema.MessageCodecs.Envelope;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddresseesTest {
  private static final Criteria EVERYTHING = Criteria.instance("A")
      .partition(new PartitionId(ResourceId.of("orders"), 3))
      .state("MASTER")
      .tag("ssd");

  @Test
  void criteriaSayWhomTheyMean() {
    assertThat(Criteria.all()).hasToString("all instances");
    assertThat(EVERYTHING)
        .hasToString("instance A resource orders partition 3 state MASTER tag ssd");
    assertThat(EVERYTHING.instance()).contains(InstanceId.of("A"));
    assertThat(EVERYTHING.partitionId()).contains(new PartitionId(ResourceId.of("orders"), 3));
    assertThat(Criteria.all().resource("orders").partitionId()).isEmpty();
  }

  @Test
  void aStateNeedsAResource() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Criteria.all().state("MASTER"))
        .withMessageContaining("resource");
  }

  @Test
  void criteriaTravelWithTheMessage() {
    for (Criteria criteria : new Criteria[] {Criteria.all(), EVERYTHING}) {
      Envelope envelope = new Envelope("me", "echo", criteria, "\u20ac\n\"", 77);

      assertThat(MessageCodecs.MESSAGE.decode(MessageCodecs.MESSAGE.encode(envelope)))
          .isEqualTo(envelope);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"f\":1,\"result\":\"odd\",\"body\":\"\",\"keep\":1}"})
  void aReplyThatIsNoneIsUnreadable(String document) {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> MessageCodecs.REPLY.decode(document.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(io.heddle.schema.UnreadableException.class);
  }
}
