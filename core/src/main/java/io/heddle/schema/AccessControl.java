// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.heddle.store.Acl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
  private static final AccessControl OPEN = new AccessControl(ImmutableMap.of());

  private final ImmutableMap<PathClass, ImmutableList<Acl>> lists;

  private AccessControl(ImmutableMap<PathClass, ImmutableList<Acl>> lists) {
    this.lists = lists;
  }

  /**
   * Somebody as access lists name them.
   *
   * @param scheme ZooKeeper's name of the scheme, such as {@code digest}
   * @param id whom, as the scheme names them; never a password
   */
  public record Identity(String scheme, String id) {
    /** Checks that both are there. */
    public Identity {
      if (scheme.isEmpty() || id.isEmpty()) {
        throw new IllegalArgumentException(
            "an identity needs a scheme and an id, not '" + scheme + "' and '" + id + "'");
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
      try {
        byte[] hash = MessageDigest.getInstance("SHA-1")
            .digest((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new Identity("digest", user + ":" + Base64.getEncoder().encodeToString(hash));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-1", e);
      }
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
    return new AccessControl(Maps.immutableEnumMap(lists));
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
