// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AssignmentCheckTest {
  private final World world =
      World.of(StateModels.MASTER_SLAVE, 3, 2).instances("A", "B", "C").kill("C");

  @Test
  void acceptsAnAnswerWithinTheBounds() {
    assertThat(check(0, Map.of("A", "MASTER", "B", "SLAVE"))).isEmpty();
    assertThat(check(2, Map.of("C", "OFFLINE")))
        .as("also on instances that are down")
        .isEmpty();
    assertThat(reasons(ResourceAssignment.empty(world.resource().id()))).isEmpty();
  }

  @Test
  void namesPartitionsInstancesAndStatesThatThereAreNot() {
    assertThat(check(3, Map.of("A", "MASTER")))
        .containsExactly(reason("documents/3", "partitions are 0 to 2"));
    assertThat(check(-1, Map.of("A", "MASTER")))
        .containsExactly(reason("documents/-1", "partitions are 0 to 2"));
    assertThat(check(0, Map.of("Z", "SLAVE")))
        .containsExactly(reason("documents/0@Z", "no such instance"));
    assertThat(check(0, Map.of("A", "LEADER")))
        .containsExactly(reason(
            "documents/0@A",
            "state 'LEADER' is not one of [MASTER, SLAVE, OFFLINE] of MasterSlave"));
    assertThat(check(0, Map.of("A", StateModel.ERROR, "B", StateModel.DROPPED))).hasSize(2);
  }

  @Test
  void countsReplicasAgainstTheBoundOfTheirState() {
    assertThat(check(1, Map.of("A", "MASTER", "B", "MASTER")))
        .containsExactly(reason("documents/1", "2 replicas in state MASTER, at most 1"));
    assertThat(check(1, Map.of("A", "SLAVE", "B", "SLAVE", "C", "SLAVE")))
        .containsExactly(reason("documents/1", "3 replicas in state SLAVE, at most R = 2"));
  }

  @Test
  void refusesAnAnswerForAnotherResource() {
    assertThat(reasons(ResourceAssignment.empty(ResourceId.of("other"))))
        .containsExactly(reason("documents", "the answer is for resource other"));
  }

  @Test
  void tellsNoMoreFaultsThanItsBoundAndCountsTheOthers() {
    TreeMap<Integer, ImmutableSortedMap<InstanceId, String>> rows = new TreeMap<>();
    for (int p = 100; p < 350; p++) {
      rows.put(p, ImmutableSortedMap.of());
    }

    ImmutableList<Reason> reasons = reasons(
        new ResourceAssignment(world.resource().id(), ImmutableSortedMap.copyOfSorted(rows)));

    assertThat(reasons).hasSize(AssignmentCheck.MAX_REASONS + 1);
    assertThat(reasons.get(AssignmentCheck.MAX_REASONS))
        .isEqualTo(reason("documents", "150 more faults of this kind"));
  }

  private static Reason reason(String entity, String detail) {
    return new Reason(Reason.Code.REBALANCER_FAILED, entity, detail);
  }

  private ImmutableList<Reason> check(int partition, Map<String, String> row) {
    TreeMap<InstanceId, String> states = new TreeMap<>();
    row.forEach((name, state) -> states.put(InstanceId.of(name), state));
    return reasons(new ResourceAssignment(
        world.resource().id(),
        ImmutableSortedMap.of(partition, ImmutableSortedMap.copyOfSorted(states))));
  }

  private ImmutableList<Reason> reasons(ResourceAssignment answer) {
    return AssignmentCheck.reasons(world.config(), world.cluster(), answer);
  }
}
