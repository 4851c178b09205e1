// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.store.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsFileTest {
  private static final String ALL =
      "controller=ctl:canary\nadmin=adm:can:ary\nparticipant=part:canary\nspectator=spec:canary\n";

  @TempDir
  Path directory;

  private Path write(String text, String permissions) throws IOException {
    Path file = Files.writeString(directory.resolve("credentials"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void readsACredentialForEachRole() throws Exception {
    RoleCredentials roles = CredentialsFile.read(write("# mine\n" + ALL, "rw-------"));

    assertThat(roles)
        .isEqualTo(new RoleCredentials(
            Credential.digest("ctl", "canary"),
            Credential.digest("adm", "can:ary"),
            Credential.digest("part", "canary"),
            Credential.digest("spec", "canary")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void refusesAFileThatOthersHaveAccessTo(String permissions) throws Exception {
    Path file = write(ALL, permissions);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CredentialsFile.read(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("chmod 600");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "admin=adm:canary",
        "controller=canary\nadmin=adm:canary\nparticipant=part:canary\nspectator=spec:canary",
        "controller=:canary\nadmin=adm:canary\nparticipant=part:canary\nspectator=spec:canary",
        "controller=canary:\nadmin=adm:canary\nparticipant=part:canary\nspectator=spec:canary",
        ALL + "canary=canary:canary",
        ALL + "spectator=canary\\u00",
      })
  void saysWhatIsWrongWithoutQuotingIt(String text) throws Exception {
    Path file = write(text, "rw-------");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CredentialsFile.read(file))
        .withMessageContaining(file.toString())
        .withMessageNotContaining("canary")
        .withNoCause();
  }
}
