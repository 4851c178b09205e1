// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir
  private Path parent;

  @Test
  void isHeldByOneAtATime() throws IOException {
    Path path = parent.resolve("made/if/need/be");
    DataDirectory first = DataDirectory.of(path);
    DataDirectory second = DataDirectory.of(path);
    first.take();

    assertThatThrownBy(second::take)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(path.toString());

    first.giveBack();
    second.take();
    second.giveBack();
  }

  @Test
  void isDeletedWithAllThatIsInItOnlyIfTemporary() throws IOException {
    DataDirectory temporary = DataDirectory.temporary();
    DataDirectory chosen = DataDirectory.of(parent.resolve("data"));
    temporary.take();
    chosen.take();
    Files.createDirectories(temporary.path().resolve("a/b"));
    Files.writeString(temporary.path().resolve("a/b/c"), "x");

    temporary.giveBack();
    temporary.discard();
    chosen.giveBack();
    chosen.discard();

    assertThat(temporary.path()).doesNotExist();
    assertThat(chosen.path()).isDirectory();
  }
}
