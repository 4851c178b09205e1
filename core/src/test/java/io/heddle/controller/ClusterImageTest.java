// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Node;
import io.heddle.store.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images on disk. */
class ClusterImageTest {
  private static final ClusterPaths PATHS = new ClusterPaths("orders");

  @TempDir
  Path directory;

  private Path file() {
    return directory.resolve("orders.image");
  }

  private static Node node(String path, byte[] data) {
    return new Node(path, data, new Stat(7, 9, 2, path.endsWith("/s") ? 4711 : 0));
  }

  private static ClusterImage image() {
    byte[] garbage = new byte[200_000];
    garbage[3] = (byte) 0xff;
    return new ClusterImage(
        PATHS,
        1_000,
        5,
        List.of(
            node("/orders/live/DB-1/s", garbage),
            node(
                "/orders/resources/db",
                Specs.RESOURCE.encode(ResourceSpec.builder("db").build())),
            node("/orders/instances/DB-1", Specs.INSTANCE.encode(InstanceSpec.of("DB-1")))),
        Set.of("/orders/live/DB-2"));
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    ClusterImage image = image();

    image.write(file());
    ClusterImage read = ClusterImage.read(file());

    assertThat(read.cluster()).isEqualTo("orders");
    assertThat(read.taken().toEpochMilli()).isEqualTo(1_000);
    assertThat(read.epoch()).isEqualTo(5);
    assertThat(read.snapshot()).isEqualTo(image.snapshot());
    assertThat(read.nodes()).hasSize(3);
    assertThat(read.nodes().get(0).data()).isEqualTo(image.nodes().get(0).data());
    assertThat(read.nodes().get(0).stat()).isEqualTo(image.nodes().get(0).stat());
    assertThat(read.snapshot().unreadable()).hasSize(1);
    assertThat(read.snapshot().instances()).hasSize(2);
    assertThat(directory.toFile().list()).containsExactly("orders.image");
  }

  @Test
  void documentsAreTextWhereTheyAreText() throws IOException {
    image().write(file());

    assertThat(Files.readAllLines(file())).hasSize(4).anyMatch(line -> line.contains("\"text\""));
  }

  @Test
  void replacesAnOlderFile() throws IOException {
    Files.writeString(file(), "old");

    image().write(file());

    assertThat(ClusterImage.read(file()).epoch()).isEqualTo(5);
  }

  private void refuses(String content, String message) throws IOException {
    Files.writeString(file(), content);

    assertThatThrownBy(() -> ClusterImage.read(file()))
        .isInstanceOf(InspectionException.class)
        .hasMessageStartingWith(file().toString())
        .hasMessageContaining(message);
  }

  @Test
  void whatIsNoImageIsRefusedWithItsLine() throws IOException {
    String header = "{\"kind\":\"heddle-image\",\"f\":1,\"cluster\":\"c\",\"taken\":1,\"epoch\":1,"
        + "\"documents\":1,\"denied\":[]}\n";
    refuses("", "line 1: the file ends here");
    refuses("hello\n", "line 1: document is not JSON");
    refuses("{}\n", "line 1: is not the header of an image");
    refuses(header.replace("\"f\":1", "\"f\":9"), "line 1: format 9 is newer than 1");
    refuses(header.replace("\"c\"", "\"../c\""), "line 1: ");
    refuses(header, "line 2: the file ends here, before its last document");
    refuses(header + "{\"path\":\"/epoch\"}\n", "line 2: no image has a document at /c/epoch");
    refuses(header + "{\"path\":\"/live/x\"}\n", "line 2: no image has a document at /c/live/x");
    refuses(
        header + "{\"path\":\"/spec\",\"czxid\":1,\"mzxid\":1,\"version\":0,\"base64\":[\"?\"]}\n",
        "line 2: ");
    refuses(" ".repeat(2_000_000), "line 1: is longer than");
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    Files.write(file(), "\u00ff\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> ClusterImage.read(file()))
        .isInstanceOf(InspectionException.class)
        .hasMessageContaining("line 1");
  }
}
