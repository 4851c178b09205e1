// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.Cluster;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;

/**
 * FULL_AUTO: decides where replicas go and which of them is in the top state.
 *
 * <p><b>Goals</b>, an earlier one before a later one:
 *
 * <ol>
 *   <li>No limit broken (below). What then fits nowhere is left out and explained, the rest is
 *       placed.
 *   <li>As many replicas on each instance as on any other, or one more; where zones of unequal
 *       size, limits, or capacities of different size forbid that, as even as they allow.
 *   <li>The fewest replicas moved, from where they were wanted before (if nothing was, from where
 *       they are reported).
 *   <li>Weights as even as they come without a further move, or with as many moves as it takes: the
 *       cluster's policy says.
 *   <li>No top state for a replica that has not caught up while another one of its partition has.
 *   <li>Top states as even as replicas, which is always possible if replicas are even; then other
 *       states with a bound likewise.
 *   <li>The fewest changes of the top state.
 * </ol>
 *
 * <p>Ties go to what is missed least (when a replica must leave an instance), to the instance with
 * fewer replicas of other resources, so that all together are even, then to a hash of resource,
 * partition and instance.
 *
 * <p><b>Limits.</b> Instances that are live, in operation ENABLE, have the resource's tag and are
 * not held by its anti-affinity group are eligible; others get nothing. A lost instance that is
 * waited for keeps what it has as long as enough replicas are live. Replicas of one partition are
 * on different fault domains: the first parts of the zone path, as many as the policy says; if
 * there are fewer domains than replicas, spread over them as evenly as can be. No instance has more
 * of a capacity taken than it has, more replicas than it may, or a partition that is disabled
 * there. A preferred leader holds its partition if it can.
 *
 * <p><b>Method.</b> How even a placement can be follows from counting ({@link Spread}). Every
 * replica is kept where it is, unless a limit says otherwise; each instance gets a target load, so
 * that those that hold more carry the odd ones ({@link Placement}). Replicas move straight from too
 * full, or nowhere, to too empty ({@link DirectMoves}), and where there is no straight way along a
 * cheapest chain of moves ({@link PathSearch}). Together these are successive shortest paths of a
 * flow of least cost, so where nothing but zones limits it the number of moves is the least there
 * is. Several capacities make a packing problem, for which no such method is known: there heavy
 * replicas are dealt out first, each to the emptiest of the neediest instances, as in the rule of
 * longest processing time; what finds no place so looks for any ({@link TightPlaces}); and replicas
 * that are new where they are change places until weights are even ({@link WeightExchange}). Roles
 * come last and never move data: lost top states go to replicas that have caught up, counts are
 * evened out along shortest chains of role changes, needless changes are cancelled
 * ({@link RoleHolders}). A newcomer so gets its data first and its share of top states when it
 * reports that it has it; the controller asks again on each report. While a whole cluster comes up,
 * each partition's top state goes to the replica that is there first, and counts are even once all
 * have reported.
 *
 * <p>Each answer comes with a {@link Certificate}: what was reached, next to what counting proves.
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
 * <p><b>Cost.</b> A few passes over the replicas, all in primitive arrays; after a change besides
 * about the number of moves times the number of replicas of a partition. An empty cluster of 500
 * instances takes 30,000 partitions of three replicas, with weights, within a tenth of a second;
 * {@code docs/placement.md} has figures.
 *
 * <p><b>Sources.</b> Ahuja, Magnanti, Orlin, <i>Network Flows</i> (1993), ch. 9 and 14 (successive
 * shortest paths, convex costs); Klein, <i>A primal method for minimal cost flows</i> (1967);
 * Harvey, Ladner, Lovász, Tamir, <i>Semi-matchings for bipartite graphs and load balancing</i>
 * (2006): loads are the most even when no chain leads from one instance to another that has at
 * least two less; Graham, <i>Bounds on multiprocessing timing anomalies</i> (1969): the longest
 * processing time first; Gale, <i>A theorem on flows in networks</i>, and Ryser (both 1957).
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
    return place(config, previous, cluster, current).assignment();
  }

  /**
   * The wanted assignment, with proof of how good it is, and what was left out.
   *
   * @param config the resource, its state model, and what is around it
   * @param previous what was wanted last time, as far as it is still known
   * @param cluster all instances
   * @param current what live participants report of the resource
   * @throws IllegalArgumentException if the resource would have more than 100,000,000 replicas
   */
  public PlacementResult place(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    Problem problem = new Problem(config, previous, cluster, current);
    Spread spread = new Spread(problem);
    Placement placement = Placement.of(problem, spread);
    new MovePlanner(problem, placement).run();
    Roles roles = new Roles(problem, placement, previous);
    return new PlacementResult(
        new AnswerRows(problem, placement, roles, previous)
            .assignment(config.resource().id()),
        new Certifier(problem, placement, spread)
            .certify(roles.tops(), config.resource().replicas()),
        new Unplaced(config, cluster, problem, placement).explain(spread));
  }
}
