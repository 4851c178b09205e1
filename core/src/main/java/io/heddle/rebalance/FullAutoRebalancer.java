// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceId;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * FULL_AUTO: decides where replicas go and which of them is in the top state.
 *
 * <p><b>Goals</b>, an earlier one before a later one:
 *
 * <ol>
 *   <li>Replicas of one partition on different fault domains; if there are fewer than replicas,
 *       spread over them as evenly as can be. The widest part of the zone path is the domain; an
 *       instance without a zone is its own.
 *   <li>As many replicas on each instance as on any other, or one more; where zones of unequal size
 *       forbid that, as even as they allow.
 *   <li>The fewest replicas moved, from where they were wanted before (if nothing was, from where
 *       they are reported).
 *   <li>No top state for a replica that has not caught up while another one of its partition has.
 *   <li>Top states as even as replicas, which is always possible if replicas are even.
 *   <li>The fewest changes of the top state.
 * </ol>
 *
 * <p>Ties go to what is missed least (when a replica must leave an instance), to the instance with
 * fewer replicas of other resources, then to a hash of resource, partition and instance.
 *
 * <p><b>Constraints.</b> Instances that are live, in operation ENABLE and have the resource's tag
 * are eligible; others get nothing. With fewer eligible instances than replicas there are as many
 * replicas as instances.
 *
 * <p><b>Method.</b> How even a placement can be follows from counting ({@link Spread}). Every
 * replica is kept where it is; each instance gets a target load, so that those that hold more carry
 * the odd ones ({@link Placement}). Replicas move straight from too full, or nowhere, to too empty
 * ({@link DirectMoves}), and where there is no straight way along a cheapest chain of moves
 * ({@link PathSearch}). Together these are successive shortest paths of a flow of least cost, so
 * the number of moves is the least there is. Roles come last and never move data: lost top states
 * go to replicas that have caught up, counts are evened out along shortest chains of role changes,
 * needless changes are cancelled ({@link TopStates}). A newcomer so gets its data first and its
 * share of top states when it reports that it has it; the controller asks again on each report.
 * While a whole cluster comes up, each partition's top state goes to the replica that is there
 * first, and counts are even once all have reported.
 *
 * <p><b>Example.</b> Six partitions of two replicas on A, B, C: four replicas and two MASTERs each.
 * D joins. Twelve replicas on four instances are three each, so A, B and C each give one away, of
 * those that are SLAVE there: three moves, nothing else. No MASTER changes as D has nothing yet.
 * When D reports its three as SLAVE, it has no MASTER and the others have two: one of them hands
 * one of its roles to D, and counts are 1, 1, 2, 2. Planning once more changes nothing. Now A dies,
 * which had one MASTER: its three replicas go to B, C and D, one each. Its MASTER role goes to B,
 * which has the other replica of that partition, and as B would have three then, it hands another
 * one to D: two each.
 *
 * <p><b>Cost.</b> For an unchanged cluster one pass over the replicas. After a change about the
 * number of moves times the number of instances. An empty cluster of 500 instances takes 30,000
 * partitions of three replicas within a second.
 *
 * <p><b>Sources.</b> Ahuja, Magnanti, Orlin, <i>Network Flows</i> (1993), ch. 9 and 14 (successive
 * shortest paths, convex costs); Klein, <i>A primal method for minimal cost flows</i> (1967);
 * Harvey, Ladner, Lovász, Tamir, <i>Semi-matchings for bipartite graphs and load balancing</i>
 * (2006): loads are the most even when no chain leads from one instance to another that has at
 * least two less; Gale, <i>A theorem on flows in networks</i>, and Ryser (both 1957).
 *
 * <p>Immutable; may be called from any thread.
 */
public final class FullAutoRebalancer implements Rebalancer {
  /** Makes one; they are all alike. */
  public FullAutoRebalancer() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the resource would have more than 100,000,000 replicas
   */
  @Override
  public ResourceAssignment computeResourceMapping(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    Problem problem = new Problem(config, previous, cluster, current);
    Placement placement = new Placement(problem, new Spread(problem));
    new MovePlanner(problem, placement).run();
    TopStates tops = new TopStates(problem, placement);
    if (problem.plan().top().isPresent()) {
      tops.run();
    }
    return answer(config.resource().id(), problem, placement, tops, previous);
  }

  /** The answer; the very same objects as before where nothing has changed. */
  private static ResourceAssignment answer(
      ResourceId resource,
      Problem problem,
      Placement placement,
      TopStates tops,
      ResourceAssignment previous) {
    int rows = problem.replicas() == 0 ? 0 : problem.partitions();
    boolean same = previous.resource().equals(resource) && previous.states().size() == rows;
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> states =
        ImmutableSortedMap.naturalOrder();
    for (int p = 0; p < rows; p++) {
      ImmutableSortedMap<InstanceId, String> before = previous.partition(p);
      int[] order = order(problem, placement, tops.slot(p), p, before);
      boolean sameRow = order.length == before.size();
      for (int k = 0; k < order.length && sameRow; k++) {
        sameRow = problem.plan().state(k).equals(before.get(problem.id(order[k])));
      }
      states.put(p, sameRow ? before : row(problem, order));
      same &= sameRow;
    }
    return same ? previous : new ResourceAssignment(resource, states.buildOrThrow());
  }

  /** The instances of a partition in the order in which they take the states of the plan. */
  private static int[] order(
      Problem problem,
      Placement placement,
      int topSlot,
      int p,
      ImmutableSortedMap<InstanceId, String> before) {
    int[] order = new int[placement.width()];
    for (int k = 0; k < order.length; k++) {
      order[k] = placement.instanceAt(p * order.length + k);
    }
    if (!problem.plan().middle().isEmpty()) {
      order = IntStream.of(order)
          .boxed()
          .sorted(Comparator.<Integer, Boolean>comparing(
                  i -> !problem.standing(p, i).isReady())
              .thenComparingInt(i -> priority(problem, before.get(problem.id(i))))
              .thenComparingLong(i -> problem.hash(p, i)))
          .mapToInt(Integer::intValue)
          .toArray();
    }
    if (topSlot != Placement.NONE) {
      moveToFront(order, placement.instanceAt(topSlot));
    }
    return order;
  }

  private static int priority(Problem problem, @Nullable String state) {
    return state == null ? Integer.MAX_VALUE : problem.model().priority(state);
  }

  private static void moveToFront(int[] order, int instance) {
    int at = 0;
    while (order[at] != instance) {
      at++;
    }
    System.arraycopy(order, 0, order, 1, at);
    order[0] = instance;
  }

  private static ImmutableSortedMap<InstanceId, String> row(Problem problem, int[] order) {
    ImmutableSortedMap.Builder<InstanceId, String> row = ImmutableSortedMap.naturalOrder();
    for (int k = 0; k < order.length; k++) {
      row.put(problem.id(order[k]), problem.plan().state(k));
    }
    return row.buildOrThrow();
  }
}
