// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.Participant;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Deals the instances of a cluster out to the resources of each anti-affinity group, so that no two
 * of a group share one.
 *
 * <p>An instance stays with the resource that has replicas there; if several have, with the first
 * by name. Free ones go to whoever has fewest of those with its tag, in turn over zones. A resource
 * that then has fewer than it has replicas takes from whoever has most to spare, those without
 * replicas first. So a group member that joins moves no more than it needs.
 */
final class AntiAffinity {
  private AntiAffinity() {}

  /** One resource of a group. */
  private static final class Member {
    private final ResourceView resource;
    private final TreeSet<InstanceId> owned = new TreeSet<>();
    private final TreeSet<InstanceId> holds = new TreeSet<>();

    Member(ResourceView resource) {
      this.resource = resource;
    }

    boolean mayUse(Participant participant) {
      ResourceSpec spec = resource.spec();
      return participant.isAssignable()
          && spec.instanceTag().map(participant.spec().tags()::contains).orElse(true);
    }
  }

  /**
   * Which instances each resource of a group must leave to others.
   *
   * @param previous what is wanted so far
   */
  static ImmutableSortedMap<ResourceKey, ImmutableSortedSet<InstanceId>> excluded(
      Cluster cluster,
      Iterable<ResourceView> resources,
      Map<ResourceKey, ResourceAssignment> previous) {
    TreeMap<String, List<Member>> groups = new TreeMap<>();
    for (ResourceView resource : resources) {
      if (!resource.spec().deleting()) {
        resource
            .spec()
            .placement()
            .antiAffinityGroup()
            .ifPresent(group ->
                groups.computeIfAbsent(group, g -> new ArrayList<>()).add(new Member(resource)));
      }
    }
    ImmutableSortedMap.Builder<ResourceKey, ImmutableSortedSet<InstanceId>> excluded =
        ImmutableSortedMap.naturalOrder();
    for (List<Member> members : groups.values()) {
      deal(cluster, members, previous);
      for (Member member : members) {
        ImmutableSortedSet.Builder<InstanceId> others = ImmutableSortedSet.naturalOrder();
        members.stream().filter(other -> other != member).forEach(o -> others.addAll(o.owned));
        excluded.put(member.resource.key(), others.build());
      }
    }
    return excluded.buildOrThrow();
  }

  private static void deal(
      Cluster cluster, List<Member> members, Map<ResourceKey, ResourceAssignment> previous) {
    TreeSet<InstanceId> taken = new TreeSet<>();
    for (Member member : members) {
      ResourceAssignment wanted = previous.getOrDefault(
          member.resource.key(), ResourceAssignment.empty(member.resource.key().resource()));
      wanted.states().values().forEach(row -> member.holds.addAll(row.keySet()));
      member.holds.stream().filter(taken::add).forEach(member.owned::add);
    }
    List<Participant> free = inTurnOverZones(cluster);
    for (Participant participant : free) {
      if (!taken.contains(participant.id())) {
        members.stream()
            .filter(member -> member.mayUse(participant))
            .min(Comparator.comparingInt(member -> member.owned.size()))
            .ifPresent(member -> member.owned.add(participant.id()));
      }
    }
    for (Member member : members) {
      boolean found = true;
      while (found && member.owned.size() < member.resource.spec().replicas()) {
        found = takeOne(cluster, members, member);
      }
    }
  }

  private static boolean takeOne(Cluster cluster, List<Member> members, Member needy) {
    Comparator<Member> spare = Comparator.comparingInt(
        member -> member.owned.size() - member.resource.spec().replicas());
    return members.stream()
        .filter(member ->
            member != needy && member.owned.size() > member.resource.spec().replicas())
        .sorted(spare.reversed())
        .anyMatch(member -> member.owned.stream()
            .filter(id -> cluster.participants().containsKey(id)
                && needy.mayUse(
                    java.util.Objects.requireNonNull(cluster.participants().get(id))))
            .min(Comparator.<InstanceId, Boolean>comparing(member.holds::contains)
                .thenComparing(Comparator.reverseOrder()))
            .filter(id -> member.owned.remove(id) && needy.owned.add(id))
            .isPresent());
  }

  /** The first instance of each zone, then the second of each, and so on. */
  private static List<Participant> inTurnOverZones(Cluster cluster) {
    TreeMap<String, List<Participant>> byZone = new TreeMap<>();
    for (Participant participant : cluster.participants().values()) {
      byZone
          .computeIfAbsent(participant.spec().zone().toString(), z -> new ArrayList<>())
          .add(participant);
    }
    List<Participant> turn = new ArrayList<>();
    for (int k = 0; turn.size() < cluster.participants().size(); k++) {
      for (List<Participant> zone : byZone.values()) {
        if (k < zone.size()) {
          turn.add(zone.get(k));
        }
      }
    }
    return turn;
  }
}
