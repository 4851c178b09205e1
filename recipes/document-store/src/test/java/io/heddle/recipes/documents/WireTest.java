// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.heddle.recipes.documents.Message.Refusal;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {
  private static final Version VERSION = new Version(7, 9);

  static Stream<Message> messages() {
    Document document = new Document(VERSION, "ключ", new byte[] {1, 2});
    Member member = new Member("DB-0", 3);
    return Stream.of(
        new Message.Put(1, 2, "key", new byte[] {3}),
        new Message.Get(1, "key"),
        new Message.Join(1, member, 2, VERSION),
        new Message.Leave(1, member),
        new Message.Stored(5),
        new Message.Found(new byte[] {3}),
        new Message.Missing(),
        new Message.Refused(Refusal.STALE_TOKEN, "why"),
        new Message.Current(VERSION),
        new Message.Copy(4),
        new Message.Fetch(),
        new Message.Part(document),
        new Message.Replicate(7, document),
        new Message.Ack(VERSION),
        new Message.Left());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsWhatItWrote(Message message) throws IOException {
    byte[] frame = Wire.encode(message);

    Message read = Wire.decode(frame);

    assertThat(read).usingRecursiveComparison().isEqualTo(message);
  }

  @Test
  void refusesAnUnknownKind() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Wire.decode(new byte[] {99}))
        .withMessageContaining("kind 99");
  }

  @Test
  void refusesAFieldThatIsTooLong() throws IOException {
    byte[] frame = Wire.encode(new Message.Found(new byte[1]));
    frame[1] = 0x7f;

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Wire.decode(frame))
        .withMessageContaining("at most " + Document.MAX_CONTENT);
  }
}
