// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Participant;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.StateModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What tests measure of an assignment; written without a thought of speed, so that it is plain. */
final class Figures {
  private Figures() {}

  /** The instances that may hold replicas. */
  static List<InstanceId> eligible(World world) {
    return world.cluster().participants().values().stream()
        .filter(Participant::isAssignable)
        .filter(
            p -> world.resource().instanceTag().map(p.spec().tags()::contains).orElse(true))
        .map(Participant::id)
        .toList();
  }

  /** Replicas per eligible instance. */
  static Map<InstanceId, Integer> loads(World world, ResourceAssignment assignment) {
    return count(world, assignment, state -> true);
  }

  /** Replicas in the top state per eligible instance. */
  static Map<InstanceId, Integer> tops(World world, ResourceAssignment assignment) {
    return count(world, assignment, world.model()::isTop);
  }

  private static Map<InstanceId, Integer> count(
      World world, ResourceAssignment assignment, Function<String, Boolean> counts) {
    TreeMap<InstanceId, Integer> result = new TreeMap<>();
    eligible(world).forEach(id -> result.put(id, 0));
    assignment
        .states()
        .values()
        .forEach(row -> row.forEach((id, state) -> {
          if (counts.apply(state)) {
            result.merge(id, 1, Integer::sum);
          }
        }));
    return result;
  }

  /** The greatest less the smallest. */
  static int gap(Collection<Integer> counts) {
    return counts.isEmpty() ? 0 : Collections.max(counts) - Collections.min(counts);
  }

  static long squares(Collection<Integer> counts) {
    return counts.stream().mapToLong(c -> (long) c * c).sum();
  }

  /** How many replicas are where none was before. */
  static int moves(ResourceAssignment before, ResourceAssignment after) {
    int moves = 0;
    for (Map.Entry<Integer, ImmutableSortedMap<InstanceId, String>> row :
        after.states().entrySet()) {
      Set<InstanceId> gained = new HashSet<>(row.getValue().keySet());
      gained.removeAll(before.partition(row.getKey()).keySet());
      moves += gained.size();
    }
    return moves;
  }

  /** Who is in the top state. */
  static Optional<InstanceId> top(World world, ResourceAssignment assignment, int partition) {
    return assignment.partition(partition).entrySet().stream()
        .filter(replica -> world.model().isTop(replica.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** In how many partitions another one is in the top state than before. */
  static int topChanges(World world, ResourceAssignment before, ResourceAssignment after) {
    int changes = 0;
    for (int p = 0; p < world.resource().partitions(); p++) {
      changes += top(world, before, p).equals(top(world, after, p)) ? 0 : 1;
    }
    return changes;
  }

  /** The fault domain of an instance. */
  static String zone(World world, InstanceId id) {
    List<String> parts = world.spec(id).zone().parts();
    return parts.isEmpty() ? "instance " + id : "zone " + parts.get(0);
  }

  /** How many of these instances are in each zone that has eligible instances, in order of size. */
  static List<Integer> zoneCounts(World world, Collection<InstanceId> holders) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    eligible(world).forEach(id -> counts.putIfAbsent(zone(world, id), 0));
    holders.forEach(id -> counts.merge(zone(world, id), 1, Integer::sum));
    return counts.values().stream().sorted().toList();
  }

  /** The counts per zone that are as even as zones allow: one by one to the emptiest with room. */
  static List<Integer> evenestZoneCounts(World world) {
    TreeMap<String, Integer> room = new TreeMap<>();
    eligible(world).forEach(id -> room.merge(zone(world, id), 1, Integer::sum));
    TreeMap<String, Integer> counts = new TreeMap<>();
    room.keySet().forEach(zone -> counts.put(zone, 0));
    int replicas = Math.min(world.resource().replicas(), eligible(world).size());
    for (int k = 0; k < replicas; k++) {
      String emptiest = counts.keySet().stream()
          .filter(zone -> get(counts, zone) < get(room, zone))
          .min((a, b) -> Integer.compare(get(counts, a), get(counts, b)))
          .orElseThrow();
      counts.merge(emptiest, 1, Integer::sum);
    }
    return counts.values().stream().sorted().toList();
  }

  /** The replicas of a partition that may be in the top state, by the rules of FULL_AUTO. */
  static Set<InstanceId> topCandidates(World world, Set<InstanceId> holders, int partition) {
    Set<InstanceId> ready = new TreeSet<>();
    Set<InstanceId> sound = new TreeSet<>();
    for (InstanceId id : holders) {
      @Nullable ReplicaState report = world.current().partition(partition).get(id);
      String state = report == null ? world.model().initialState() : report.state();
      int base = world.model().priority(world.model().baseState());
      if (report != null && world.model().priority(state) <= base) {
        ready.add(id);
      }
      if (!state.equals(StateModel.ERROR)) {
        sound.add(id);
      }
    }
    return !ready.isEmpty() ? ready : !sound.isEmpty() ? sound : holders;
  }

  /** Where the top state should stay, as far as it can: as wanted before, else as reported. */
  static Optional<InstanceId> keptTop(
      World world, ResourceAssignment before, Set<InstanceId> candidates, int partition) {
    Optional<InstanceId> wanted = top(world, before, partition);
    if (wanted.isPresent() && candidates.contains(wanted.get())) {
      return wanted;
    }
    return world.current().partition(partition).entrySet().stream()
        .filter(report -> world.model().isTop(report.getValue().state()))
        .map(Map.Entry::getKey)
        .filter(candidates::contains)
        .findFirst();
  }

  /**
   * Whether counts can be made more even: along a chain of neighbours from one instance to another
   * that has at least two less. If there is no such chain, counts are as even as they can be.
   */
  static boolean canBeMoreEven(
      Map<InstanceId, Integer> counts, Function<InstanceId, Set<InstanceId>> neighbours) {
    for (InstanceId start : counts.keySet()) {
      Set<InstanceId> seen = new HashSet<>(Set.of(start));
      Deque<InstanceId> open = new ArrayDeque<>(seen);
      while (!open.isEmpty()) {
        for (InstanceId next : neighbours.apply(open.remove())) {
          if (get(counts, next) <= get(counts, start) - 2) {
            return true;
          }
          if (seen.add(next)) {
            open.add(next);
          }
        }
      }
    }
    return false;
  }

  /** To which instances one replica of an instance could go without harm to the zones. */
  static Set<InstanceId> replicaNeighbours(
      World world, ResourceAssignment assignment, InstanceId from) {
    List<Integer> evenest = evenestZoneCounts(world);
    Set<InstanceId> neighbours = new TreeSet<>();
    for (ImmutableSortedMap<InstanceId, String> row : assignment.states().values()) {
      if (row.containsKey(from)) {
        for (InstanceId to : eligible(world)) {
          List<InstanceId> moved = new ArrayList<>(row.keySet());
          moved.remove(from);
          moved.add(to);
          if (!row.containsKey(to) && zoneCounts(world, moved).equals(evenest)) {
            neighbours.add(to);
          }
        }
      }
    }
    return neighbours;
  }

  /** To which instances one top state of an instance could go. */
  static Set<InstanceId> topNeighbours(
      World world, ResourceAssignment assignment, InstanceId from) {
    Set<InstanceId> neighbours = new TreeSet<>();
    for (int p = 0; p < world.resource().partitions(); p++) {
      if (top(world, assignment, p).filter(from::equals).isPresent()) {
        neighbours.addAll(topCandidates(world, assignment.partition(p).keySet(), p));
      }
    }
    neighbours.remove(from);
    return neighbours;
  }

  private static <K> int get(Map<K, Integer> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }
}
