// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Acl;
import io.heddle.store.Credential;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Whom the server takes a client for. Immutable.
 *
 * @param scheme ZooKeeper's name of the scheme
 * @param id who, as the scheme names them
 */
record Identity(String scheme, String id) {
  private static final ImmutableList<Acl> OPEN =
      ImmutableList.of(new Acl("world", "anyone", Acl.ALL));

  /** What a credential proves, as ZooKeeper's digest scheme has it; empty for other schemes. */
  static Optional<Identity> of(Credential credential) {
    if (!credential.scheme().equals("digest")) {
      return Optional.empty();
    }
    byte[] proof = credential.proof();
    String text = new String(proof, StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String hash = Base64.getEncoder().encodeToString(sha1(proof));
    return Optional.of(new Identity("digest", user + ":" + hash));
  }

  // SHA-1 because ZooKeeper's scheme is defined so.
  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-1, which every JVM must have", e);
    }
  }

  /** Whether one who is {@code who} has a permission. */
  static boolean allowed(List<Acl> acls, int permission, List<Identity> who) {
    for (Acl acl : acls) {
      if ((acl.permissions() & permission) != 0
          && (isAnyone(acl) || who.contains(new Identity(acl.scheme(), acl.id())))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAnyone(Acl acl) {
    return acl.scheme().equals("world") && acl.id().equals("anyone");
  }

  /** Whether each entry of a list names somebody, as ZooKeeper's own schemes have it. */
  static boolean isValid(List<Acl> acls, List<Identity> who) {
    return acls.stream().allMatch(acl -> switch (acl.scheme()) {
      case "world" -> isAnyone(acl);
      case "auth" -> !who.isEmpty();
      case "digest" -> acl.id().split(":", -1).length == 2;
      default -> false;
    });
  }

  /**
   * The list that a new znode gets: open if none was given, and the scheme {@code auth} replaced by
   * whoever creates it.
   */
  static ImmutableList<Acl> resolve(List<Acl> given, List<Identity> who) {
    if (given.isEmpty()) {
      return OPEN;
    }
    ImmutableList.Builder<Acl> resolved = ImmutableList.builder();
    for (Acl acl : given) {
      if (acl.scheme().equals("auth")) {
        who.forEach(id -> resolved.add(new Acl(id.scheme, id.id, acl.permissions())));
      } else {
        resolved.add(acl);
      }
    }
    return resolved.build();
  }
}
