// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.heddle.store.Acl;
import java.util.List;

/**
 * What a znode is for, and what each role may do to it (rule R18): the whole access table.
 *
 * <p>The letters are ZooKeeper's: {@code r} read and check, {@code w} set, {@code c} create
 * children, {@code d} delete children, {@code a} change the list itself. A znode is created and
 * deleted by the rights on its parent. The administrator has at least {@code rda} everywhere, so
 * that it can drop a cluster and change credentials. The controller creates and deletes below an
 * instance's znodes because it closes and removes instances (R15, R16), and in the sections above
 * them because it makes instances for containers.
 *
 * <p>Participants share one identity, so this keeps the roles apart, not one participant from
 * another. That {@code live/i/s} has a parent of its own keeps the way open to an identity for each
 * instance.
 */
public enum PathClass {
  /** The cluster's root; the controller creates {@code leader} in it. */
  ROOT("", "rcd", "rwcda", "r", "r"),
  /** Format and identity. */
  META("meta", "r", "rwda", "r", "r"),
  /** The epoch; every write of a controller checks it. */
  EPOCH("epoch", "rw", "rda", "r", ""),
  /** The controller in office. */
  LEADER("leader", "rw", "rda", "r", "r"),
  /** The cluster's own spec. */
  SPEC("spec", "r", "rwda", "r", ""),

  /** All resources' specs. */
  RESOURCES("resources", "rd", "rwcda", "r", "r"),
  /** A resource's spec. */
  RESOURCE("resources/*", "r", "rwda", "r", "r"),
  /** All instances' specs. */
  INSTANCES("instances", "rcd", "rwcda", "r", "r"),
  /** An instance's spec. */
  INSTANCE("instances/*", "r", "rwda", "r", "r"),
  /** All state models. */
  STATE_MODELS("state-models", "r", "rwcda", "r", "r"),
  /** A state model. */
  STATE_MODEL("state-models/*", "r", "rwda", "r", "r"),

  /** All requests for resets. */
  RESETS("resets", "rd", "rwcda", "", ""),
  /** Requests for resets of a resource's replicas; the controller removes what it has done. */
  RESET("resets/*", "rw", "rwda", "", ""),

  /** All instances' incarnation counters. */
  INCARNATIONS("incarnations", "rcd", "rwcda", "r", ""),
  /** An incarnation counter; bumped by its participant, and by whoever closes it. */
  INCARNATION("incarnations/*", "rw", "rwda", "rw", ""),
  /** The parents of all living incarnations. */
  LIVE("live", "rcd", "rwcda", "r", "r"),
  /** The parent of one living incarnation. */
  LIVE_INSTANCE("live/*", "rcd", "rwcda", "rcd", "r"),
  /** A living incarnation. */
  LIVE_INCARNATION("live/*/s", "r", "rda", "rw", "r"),

  /** All assignments. */
  ASSIGNMENTS("assignments", "rcd", "rwcda", "r", ""),
  /** An instance's assignments. */
  INSTANCE_ASSIGNMENTS("assignments/*", "rcd", "rwcda", "r", ""),
  /** An assignment bucket. */
  ASSIGNMENT("assignments/*/*", "rw", "rda", "r", ""),
  /** All reports. */
  REPORTS("reports", "rcd", "rwcda", "r", "r"),
  /** An instance's reports. */
  INSTANCE_REPORTS("reports/*", "rcd", "rwcda", "rcd", "r"),
  /** A report bucket. */
  REPORT("reports/*/*", "r", "rda", "rw", "r"),

  /** All attributes of partitions. */
  ATTRIBUTES("attributes", "rcd", "rwcda", "r", "r"),
  /** The attributes of an instance's partitions. */
  INSTANCE_ATTRIBUTES("attributes/*", "rcd", "rwcda", "rcd", "r"),
  /** An attribute bucket; the controller does not read it. */
  ATTRIBUTE_BUCKET("attributes/*/*", "r", "rda", "rw", "r"),

  /** All work. */
  WORK("work", "rcd", "rwcda", "r", ""),
  /** An instance's work. */
  INSTANCE_WORK("work/*", "rcd", "rwcda", "r", ""),
  /** A work bucket. */
  WORK_BUCKET("work/*/*", "rw", "rda", "r", ""),
  /** All outcomes. */
  OUTCOMES("outcomes", "rcd", "rwcda", "r", ""),
  /** An instance's outcomes. */
  INSTANCE_OUTCOMES("outcomes/*", "rcd", "rwcda", "rcd", ""),
  /** An outcome bucket. */
  OUTCOME("outcomes/*/*", "r", "rda", "rw", ""),
  /** All payloads. */
  PAYLOADS("payloads", "rcd", "rwcda", "r", ""),
  /** An instance's payloads. */
  INSTANCE_PAYLOADS("payloads/*", "rcd", "rwcda", "rc", ""),
  /** A result or checkpoint too large for a bucket; removed by the controller. */
  PAYLOAD("payloads/*/*", "r", "rda", "rw", ""),
  /** All task commands. */
  COMMANDS("commands", "rcd", "rwcda", "r", ""),
  /** An instance's task commands; its participant removes what it has done. */
  INSTANCE_COMMANDS("commands/*", "rcd", "rwcda", "rd", ""),
  /** A task command. */
  COMMAND("commands/*/*", "r", "rwda", "r", ""),
  /** All user messages. */
  MESSAGES("messages", "rcd", "rwcda", "r", ""),
  /** An instance's user messages; participants send them to each other. */
  INSTANCE_MESSAGES("messages/*", "rcd", "rwcda", "rcd", ""),
  /** A user message. */
  MESSAGE("messages/*/*", "r", "rwda", "rw", ""),

  /** All workflows as submitted. */
  WORKFLOWS("workflows", "rcd", "rwcda", "r", ""),
  /** A workflow as submitted, and all below it; the controller removes it. */
  WORKFLOW("workflows/**", "rd", "rwcda", "r", ""),
  /** All workflows' progress. */
  PROGRESS("progress", "rcd", "rwcda", "r", ""),
  /** A workflow's progress, and all below it. */
  WORKFLOW_PROGRESS("progress/**", "rwcd", "rda", "r", ""),
  /** All services of the provisioner. */
  SERVICES("services", "r", "rwcda", "r", "r"),
  /** What a service should have. */
  SERVICE("services/*", "r", "rwda", "r", "r"),
  /** All container records. */
  CONTAINERS("containers", "rcd", "rwcda", "", ""),
  /** A container's record. */
  CONTAINER("containers/**", "rwcd", "rda", "", ""),
  /** All user properties. */
  PROPERTIES("properties", "r", "rwcda", "r", "r"),
  /** A user property, and all below it. */
  PROPERTY("properties/**", "r", "rwcda", "r", "r"),
  /** All properties that participants share. */
  SHARED("shared", "r", "rwcda", "rcd", "r"),
  /** A property that participants write, and all below it. */
  SHARED_PROPERTY("shared/**", "r", "rwcda", "rwcd", "r"),
  /** All locks of users. */
  LOCKS("locks", "r", "rwcda", "rcd", "r"),
  /** A lock's counter, which is its token. */
  LOCK("locks/*", "r", "rwcda", "rwcd", "r"),
  /** A lock's holder. */
  LOCK_HOLDER("locks/*/h", "r", "rda", "rw", "r"),
  /** The controller's decisions. */
  JOURNAL("journal", "rcd", "rwcda", "", ""),
  /** Some of the controller's decisions. */
  JOURNAL_ENTRY("journal/**", "rwcd", "rda", "", "");

  private final ImmutableList<String> pattern;
  private final ImmutableMap<Role, Integer> permissions;

  PathClass(String pattern, String controller, String admin, String participant, String spectator) {
    this.pattern = pattern.isEmpty()
        ? ImmutableList.of()
        : ImmutableList.copyOf(Splitter.on('/').split(pattern));
    this.permissions = Maps.immutableEnumMap(ImmutableMap.of(
        Role.CONTROLLER, bits(controller),
        Role.ADMIN, bits(admin),
        Role.PARTICIPANT, bits(participant),
        Role.SPECTATOR, bits(spectator)));
  }

  private static int bits(String letters) {
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits |= switch (letters.charAt(i)) {
        case 'r' -> Acl.READ;
        case 'w' -> Acl.WRITE;
        case 'c' -> Acl.CREATE;
        case 'd' -> Acl.DELETE;
        case 'a' -> Acl.ADMIN;
        default -> throw new IllegalArgumentException("no permissions: " + letters);
      };
    }
    return bits;
  }

  /** What a role may do, as a sum of {@link Acl}'s constants; 0 for nothing. */
  public int permissions(Role role) {
    return permissions.getOrDefault(role, 0);
  }

  /**
   * The class of a path.
   *
   * @throws IllegalArgumentException if the path is not of this cluster, or has no place in its
   *     layout
   */
  public static PathClass of(ClusterPaths paths, String path) {
    List<String> parts = paths.parts(path);
    for (PathClass candidate : values()) {
      if (candidate.matches(parts)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException(path + " has no place in a cluster's layout");
  }

  private boolean matches(List<String> parts) {
    boolean open = !pattern.isEmpty() && pattern.get(pattern.size() - 1).equals("**");
    if (open ? parts.size() < pattern.size() : parts.size() != pattern.size()) {
      return false;
    }
    for (int i = 0; i < pattern.size(); i++) {
      String wanted = pattern.get(i);
      if (!wanted.startsWith("*") && !wanted.equals(parts.get(i))) {
        return false;
      }
    }
    return true;
  }
}
