// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import com.google.common.base.Ascii;
import io.heddle.schema.Role;
import io.heddle.store.Credential;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of all roles in a properties file that only its owner may read:
 *
 * <pre>
 * controller=ctl:…
 * admin=adm:…
 * participant=part:…
 * spectator=spec:…
 * </pre>
 *
 * <p>What is wrong in it is told without quoting it.
 */
final class CredentialsFile {
  private static final long MAX_BYTES = 16 * 1024;

  private CredentialsFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it can't be read
   * @throws IllegalArgumentException if others may read it, or it is not as above
   */
  static RoleCredentials read(Path file) throws IOException {
    requirePrivate(file);
    if (Files.size(file) > MAX_BYTES) {
      throw wrong(file, "it must have at most " + MAX_BYTES + " bytes");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw wrong(file, "a backslash must be doubled, or begin a Unicode escape");
    }
    if (properties.size() > Role.values().length) {
      throw wrong(file, "it must have the keys controller, admin, participant and spectator only");
    }
    return new RoleCredentials(
        credential(file, properties, Role.CONTROLLER),
        credential(file, properties, Role.ADMIN),
        credential(file, properties, Role.PARTICIPANT),
        credential(file, properties, Role.SPECTATOR));
  }

  private static void requirePrivate(Path file) throws IOException {
    @Nullable PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> others = EnumSet.copyOf(view.readAttributes().permissions());
    others.removeAll(Set.of(
        PosixFilePermission.OWNER_READ,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_EXECUTE));
    if (!others.isEmpty()) {
      throw wrong(file, "others than its owner have access to it; run chmod 600 on it");
    }
  }

  private static Credential credential(Path file, Properties properties, Role role) {
    String key = Ascii.toLowerCase(role.name());
    @Nullable String value = properties.getProperty(key);
    int colon = value == null ? -1 : value.indexOf(':');
    if (value == null || colon < 1 || colon == value.length() - 1) {
      throw wrong(file, key + " must be there, and like user:password");
    }
    return Credential.digest(value.substring(0, colon), value.substring(colon + 1));
  }

  private static IllegalArgumentException wrong(Path file, String why) {
    return new IllegalArgumentException("credentials in " + file + ": " + why);
  }
}
