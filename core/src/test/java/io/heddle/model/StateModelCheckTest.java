// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.model.StateModelProblem.Kind;
import org.junit.jupiter.api.Test;

/** What makes a state model useless is found, and shown by an example. */
class StateModelCheckTest {
  private static StateModel.Builder masterSlave() {
    return StateModel.builder("Mine")
        .state("MASTER", Bound.of(1))
        .state("SLAVE", new Bound.Replicas())
        .state("OFFLINE", new Bound.Unlimited())
        .initialState("OFFLINE");
  }

  @Test
  void findsNothingWrongWithTheBuiltInOnes() {
    assertThat(StateModels.BUILT_IN.values()).allSatisfy(model -> {
      StateModel.Builder again =
          StateModel.builder(model.name()).initialState(model.initialState());
      model.states().forEach(again::state);
      model.transitions().forEach(t -> again.transition(t.from(), t.to()));
      assertThat(again.problems()).isEmpty();
    });
  }

  @Test
  void findsStatesThatAreNeverEntered() {
    assertThat(masterSlave()
            .transition("OFFLINE", "DROPPED")
            .transition("MASTER", "SLAVE")
            .transition("SLAVE", "OFFLINE")
            .problems())
        .containsExactly(
            new StateModelProblem(
                Kind.UNREACHABLE,
                "MASTER",
                "no transition leads to it; a replica that begins in OFFLINE gets to [OFFLINE]"),
            new StateModelProblem(
                Kind.UNREACHABLE,
                "SLAVE",
                "only [MASTER] lead to it, and a replica that begins in OFFLINE gets to"
                    + " [OFFLINE]"));
  }

  @Test
  void findsDeadEndsAndShowsTheWayThere() {
    assertThat(masterSlave()
            .transition("OFFLINE", "SLAVE")
            .transition("SLAVE", "MASTER")
            .transition("SLAVE", "OFFLINE")
            .transition("OFFLINE", "DROPPED")
            .problems())
        .containsExactly(new StateModelProblem(
            Kind.DEAD_END,
            "MASTER",
            "a replica gets there by OFFLINE>SLAVE>MASTER, and no transition leaves it"));
  }

  @Test
  void findsAMissingWayToDropped() {
    assertThat(masterSlave()
            .transition("OFFLINE", "SLAVE")
            .transition("SLAVE", "MASTER")
            .transition("MASTER", "SLAVE")
            .transition("OFFLINE", "DROPPED")
            .problems())
        .extracting(StateModelProblem::toString)
        .containsExactly(
            "NEVER_DROPPED MASTER: a replica gets there by OFFLINE>SLAVE>MASTER, and from there to"
                + " [MASTER, SLAVE] only, never to DROPPED",
            "NEVER_DROPPED SLAVE: a replica gets there by OFFLINE>SLAVE, and from there to"
                + " [MASTER, SLAVE] only, never to DROPPED");
  }

  @Test
  void findsStatesThatNobodyDeclared() {
    assertThat(masterSlave().transition("OFFLINE", "LEADER").problems())
        .containsExactly(new StateModelProblem(
            Kind.UNKNOWN_STATE,
            "LEADER",
            "transition OFFLINE>LEADER names it, and it is not one of [MASTER, SLAVE, OFFLINE]"));
    assertThat(masterSlave().transition("ERROR", "OFFLINE").problems())
        .extracting(StateModelProblem::state)
        .containsExactly("ERROR");
  }

  @Test
  void findsABoundThatTheBeginBreaks() {
    assertThat(StateModel.builder("Mine")
            .state("ONLINE", new Bound.Replicas())
            .state("OFFLINE", Bound.of(2))
            .initialState("OFFLINE")
            .transition("OFFLINE", "ONLINE")
            .transition("ONLINE", "OFFLINE")
            .transition("OFFLINE", "DROPPED")
            .problems())
        .containsExactly(new StateModelProblem(
            Kind.BOUND,
            "OFFLINE",
            "each replica begins there, and of 3 that begin at a time one breaks the bound 2"));
  }

  @Test
  void findsABoundThatCannotBeKeptOnceAReplicaIsLost() {
    assertThat(masterSlave()
            .transition("OFFLINE", "MASTER")
            .transition("MASTER", "SLAVE")
            .transition("SLAVE", "OFFLINE")
            .transition("MASTER", "OFFLINE")
            .transition("OFFLINE", "DROPPED")
            .problems())
        .as("who is MASTER may step aside, so all gets well again")
        .isEmpty();
    assertThat(StateModel.builder("Mine")
            .state("PRIMARY", Bound.of(1))
            .state("SPARE", new Bound.Replicas())
            .state("OFFLINE", new Bound.Unlimited())
            .initialState("OFFLINE")
            .transition("OFFLINE", "PRIMARY")
            .transition("PRIMARY", "DROPPED")
            .transition("PRIMARY", "SPARE")
            .transition("SPARE", "DROPPED")
            .problems())
        .as("PRIMARY is the only way to SPARE; each can pass")
        .isEmpty();
  }

  @Test
  void findsABoundThatNoScheduleCanKeep() {
    assertThat(StateModel.builder("Mine")
            .state("LEADER", Bound.of(1))
            .state("FOLLOWER", new Bound.Replicas())
            .state("JOINING", Bound.of(0))
            .state("OFFLINE", new Bound.Unlimited())
            .initialState("OFFLINE")
            .transition("OFFLINE", "JOINING")
            .transition("JOINING", "FOLLOWER")
            .transition("FOLLOWER", "LEADER")
            .transition("LEADER", "FOLLOWER")
            .transition("FOLLOWER", "OFFLINE")
            .transition("OFFLINE", "DROPPED")
            .problems())
        .containsExactly(new StateModelProblem(
            Kind.BOUND,
            "JOINING",
            "at the start, {OFFLINE 1} never becomes {LEADER 1}; the nearest is {OFFLINE 1}, where"
                + " OFFLINE>JOINING would break a bound"));
  }

  @Test
  void findsAReplicaThatCannotLeaveSinceItsWayIsTaken() {
    // The only way out leads through two states that others hold, and the last one can't step
    // aside.
    assertThat(StateModel.builder("Mine")
            .state("LEADER", Bound.of(1))
            .state("HEIR", Bound.of(1))
            .state("OFFLINE", new Bound.Unlimited())
            .initialState("OFFLINE")
            .transition("OFFLINE", "HEIR")
            .transition("HEIR", "LEADER")
            .transition("LEADER", "DROPPED")
            .problems())
        .containsExactly(new StateModelProblem(
            Kind.BOUND,
            "LEADER",
            "while one in HEIR is to leave, {LEADER 1} never becomes {LEADER 1}; the nearest is"
                + " {LEADER 1} with the leaver in HEIR, where HEIR>LEADER would break a bound"));
  }

  @Test
  void namesAllProblemsWhenItIsBuilt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> masterSlave().transition("OFFLINE", "DROPPED").build())
        .withMessageStartingWith("state model Mine cannot be used: UNREACHABLE MASTER: ")
        .withMessageContaining("UNREACHABLE SLAVE: ");
  }
}
