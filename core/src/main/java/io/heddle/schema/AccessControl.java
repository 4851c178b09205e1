// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.heddle.model.Names;
import io.heddle.store.Acl;
import io.heddle.store.Credential;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Makes the access list of every znode (rule R18). Whoever creates a znode asks here for its list.
 * Immutable.
 *
 * <p>Example: {@code AccessControl.byRole(Map.of(CONTROLLER, Identity.digest("ctl", secret), …))}.
 * A process needs the identities of all roles, which are no secrets, and the credential of its own
 * role only.
 */
public final class AccessControl {
  private static final OpenWarning WARNING =
      new OpenWarning(LoggerFactory.getLogger(AccessControl.class)::warn);
  private static final AccessControl OPEN = new AccessControl(ImmutableMap.of(), ImmutableMap.of());

  /** Most characters of identities as text, so that they fit an environment variable. */
  private static final int MAX_TEXT = 16 * 1024;

  private final ImmutableMap<Role, Identity> identities;
  private final ImmutableMap<PathClass, ImmutableList<Acl>> lists;

  private AccessControl(
      ImmutableMap<Role, Identity> identities, ImmutableMap<PathClass, ImmutableList<Acl>> lists) {
    this.identities = identities;
    this.lists = lists;
  }

  /**
   * Somebody as access lists name them.
   *
   * @param scheme ZooKeeper's name of the scheme, such as {@code digest}; without a colon
   * @param id whom, as the scheme names them; never a password
   */
  public record Identity(String scheme, String id) {
    /** Checks that both are there, and that they can be told apart when written as one text. */
    public Identity {
      if (scheme.isEmpty() || id.isEmpty()) {
        throw new IllegalArgumentException(
            "an identity needs a scheme and an id, not '" + scheme + "' and '" + id + "'");
      }
      if (scheme.indexOf(':') >= 0) {
        throw new IllegalArgumentException(
            "an identity's scheme must have no colon: '" + scheme + "'");
      }
    }

    /**
     * The identity of a user and a password, as ZooKeeper's digest scheme forms it.
     *
     * @param user without a colon
     * @throws IllegalArgumentException if the user's name is empty or has a colon
     */
    public static Identity digest(String user, String password) {
      if (user.isEmpty() || user.indexOf(':') >= 0) {
        throw new IllegalArgumentException(
            "the user's name must not be empty and must have no colon: '" + user + "'");
      }
      return hashed(user, (user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static Identity hashed(String user, byte[] proof) {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(proof);
        return new Identity("digest", user + ":" + Base64.getEncoder().encodeToString(hash));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-1", e);
      }
    }

    /**
     * Whom a credential of the digest scheme proves one to be.
     *
     * @throws IllegalArgumentException if it is of another scheme, whose identities only the server
     *     knows, or is not like {@code user:password}; the message has no secret
     */
    public static Identity of(Credential credential) {
      String proof = new String(credential.proof(), StandardCharsets.UTF_8);
      int colon = proof.indexOf(':');
      if (!credential.scheme().equals("digest") || colon < 1) {
        throw new IllegalArgumentException("the identity of " + credential
            + " is not known: it must be of the scheme digest, and like user:password");
      }
      return hashed(proof.substring(0, colon), credential.proof());
    }

    private static Identity parse(String text) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(
            "an identity must be like scheme:id, not '" + Names.printable(text) + "'");
      }
      return new Identity(text.substring(0, colon), text.substring(colon + 1));
    }

    @Override
    public String toString() {
      return scheme + ":" + id;
    }
  }

  /** Everybody may do everything. The first call in a process logs a warning. */
  public static AccessControl open() {
    WARNING.tell();
    return OPEN;
  }

  /**
   * Each role may do what {@link PathClass} says, nobody else anything.
   *
   * @param identities one for each role; two roles may share one
   * @throws IllegalArgumentException if a role is missing
   */
  public static AccessControl byRole(Map<Role, Identity> identities) {
    for (Role role : Role.values()) {
      if (!identities.containsKey(role)) {
        throw new IllegalArgumentException("no identity is given for the role " + role);
      }
    }
    EnumMap<PathClass, ImmutableList<Acl>> lists = new EnumMap<>(PathClass.class);
    for (PathClass pathClass : PathClass.values()) {
      lists.put(pathClass, list(pathClass, identities));
    }
    return new AccessControl(Maps.immutableEnumMap(identities), Maps.immutableEnumMap(lists));
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws IllegalArgumentException if it is something else, or a role is missing; says what is
   *     allowed
   */
  public static AccessControl parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "identities must have at most " + MAX_TEXT + " characters, not " + text.length());
    }
    try {
      Json json = Json.parse("identities", text.getBytes(StandardCharsets.UTF_8));
      EnumMap<Role, Identity> identities = new EnumMap<>(Role.class);
      for (Role role : Role.values()) {
        json.find(role.name())
            .ifPresent(found -> identities.put(role, Identity.parse(found.asString())));
      }
      return byRole(identities);
    } catch (UnreadableException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; allowed is {\"CONTROLLER\":\"scheme:id\",…} with all roles", e);
    }
  }

  /**
   * The identities as one line of ASCII: a JSON object like
   * {@code {"CONTROLLER":"digest:ctl:…",…}}. No secret.
   *
   * @throws IllegalStateException if everybody may do everything: then there are none
   * @throws IllegalArgumentException if they have more characters than can be passed on
   */
  public String toText() {
    if (isOpen()) {
      throw new IllegalStateException("open access has no identities to write");
    }
    byte[] bytes = Json.bytes(out -> {
      out.writeStartObject();
      for (Map.Entry<Role, Identity> entry : identities.entrySet()) {
        out.writeStringField(entry.getKey().name(), entry.getValue().toString());
      }
      out.writeEndObject();
    });
    String text = ascii(new String(bytes, StandardCharsets.UTF_8));
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("the identities take " + text.length()
          + " characters as text, at most " + MAX_TEXT + " are allowed");
    }
    return text;
  }

  /** The same JSON; what carries it may know no other letters. */
  private static String ascii(String json) {
    StringBuilder text = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char letter = json.charAt(i);
      if (letter < 0x7f) {
        text.append(letter);
      } else {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
      }
    }
    return text.toString();
  }

  private static ImmutableList<Acl> list(PathClass pathClass, Map<Role, Identity> identities) {
    LinkedHashMap<Identity, Integer> permissions = new LinkedHashMap<>();
    for (Role role : Role.values()) {
      if (pathClass.permissions(role) != 0) {
        permissions.merge(identities.get(role), pathClass.permissions(role), (a, b) -> a | b);
      }
    }
    ImmutableList.Builder<Acl> list = ImmutableList.builder();
    permissions.forEach((who, bits) -> list.add(new Acl(who.scheme(), who.id(), bits)));
    return list.build();
  }

  /** Who each role is; empty if everybody may do everything. */
  public ImmutableMap<Role, Identity> identities() {
    return identities;
  }

  /** Whether everybody may do everything. */
  public boolean isOpen() {
    return lists.isEmpty();
  }

  /** The access list of a class of znodes; empty if everybody may do everything. */
  public ImmutableList<Acl> acl(PathClass pathClass) {
    return lists.getOrDefault(pathClass, ImmutableList.of());
  }

  /**
   * The access list of a znode; empty if everybody may do everything.
   *
   * @throws IllegalArgumentException if the path has no place in the cluster's layout
   */
  public ImmutableList<Acl> acl(ClusterPaths paths, String path) {
    return acl(PathClass.of(paths, path));
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof AccessControl other && identities.equals(other.identities);
  }

  @Override
  public int hashCode() {
    return identities.hashCode();
  }

  @Override
  public String toString() {
    return isOpen() ? "open" : identities.toString();
  }

  /** Says once that access is open. Thread-safe. */
  static final class OpenWarning {
    private final AtomicBoolean told = new AtomicBoolean();
    private final Consumer<String> log;

    OpenWarning(Consumer<String> log) {
      this.log = log;
    }

    void tell() {
      if (told.compareAndSet(false, true)) {
        log.accept("No credentials are configured: whoever reaches ZooKeeper may change the"
            + " cluster. Configure an identity for each role to restrict it");
      }
    }
  }
}
