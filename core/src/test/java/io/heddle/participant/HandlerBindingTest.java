// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HandlerBindingTest {
  private static final PartitionId PARTITION = new PartitionId(ResourceId.of("documents"), 3);

  /** All transitions, in each way that is allowed. */
  static class Online {
    final List<String> calls = new ArrayList<>();

    void onBecomeOnlineFromOffline(TransitionContext context) {
      calls.add("online " + context.partition());
    }

    protected void onBecomeOfflineFromOnline() {
      calls.add("offline");
    }

    public void onBecomeDroppedFromOffline() throws Exception {
      throw new Exception("disk on fire");
    }
  }

  static final class Overriding extends Online {
    @Override
    public void onBecomeDroppedFromOffline() {
      calls.add("dropped");
    }

    void onBecomeDroppedFromError() {
      calls.add("dropped from error");
    }
  }

  static final class Incomplete {
    void onBecomeOnlineFromOffline() {}
  }

  static final class Misspelt extends Online {
    void onBecomeOnlinFromOffline() {}
  }

  static final class Shapeless {
    static void onBecomeOnlineFromOffline() {}

    String onBecomeOfflineFromOnline() {
      return "";
    }

    void onBecomeDroppedFromOffline(String wrong) {}
  }

  static final class Overloaded extends Online {
    void onBecomeOfflineFromOnline(TransitionContext context) {}
  }

  record Context(String from, String to) implements TransitionContext {
    @Override
    public PartitionId partition() {
      return PARTITION;
    }

    @Override
    public InstanceId instance() {
      return InstanceId.of("DB-1");
    }

    @Override
    public long fencingToken() {
      throw new IllegalStateException();
    }

    @Override
    public Lease lease() {
      throw new IllegalStateException();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }
  }

  private static <H> HandlerBinding bind(Class<H> type) {
    return bind(StateModels.ONLINE_OFFLINE, type);
  }

  private static <H> HandlerBinding bind(StateModel model, Class<H> type) {
    return HandlerBinding.of(model, StateModelFactory.of(type, p -> {
      throw new IllegalStateException("not to be made");
    }));
  }

  @Test
  void callsTheMethodThatIsNamedAfterTheStates() throws Throwable {
    Online handler = new Online();
    HandlerBinding binding = bind(Online.class);

    binding.transition(handler, new Context("OFFLINE", "ONLINE"));
    binding.transition(handler, new Context("ONLINE", "OFFLINE"));

    assertThat(handler.calls).containsExactly("online documents/3", "offline");
  }

  @Test
  void throwsWhatTheMethodThrows() {
    HandlerBinding binding = bind(Online.class);

    assertThatThrownBy(
            () -> binding.transition(new Online(), new Context("OFFLINE", StateModel.DROPPED)))
        .isExactlyInstanceOf(Exception.class)
        .hasMessage("disk on fire");
  }

  @Test
  void prefersTheOverridingMethodAndKnowsTheOptionalOne() throws Throwable {
    Overriding handler = new Overriding();
    HandlerBinding binding = bind(Overriding.class);

    binding.transition(handler, new Context("OFFLINE", StateModel.DROPPED));
    binding.transition(handler, new Context(StateModel.ERROR, StateModel.DROPPED));

    assertThat(handler.calls).containsExactly("dropped", "dropped from error");
    assertThat(binding.handling().dropsFromError()).isTrue();
    assertThat(bind(Online.class).handling().dropsFromError()).isFalse();
  }

  @Test
  void namesEveryTransitionThatIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bind(Incomplete.class))
        .withMessageContaining("Incomplete does not fit state model OnlineOffline")
        .withMessageContaining("onBecomeOfflineFromOnline for ONLINE>OFFLINE is missing")
        .withMessageContaining("onBecomeDroppedFromOffline for OFFLINE>DROPPED is missing");
  }

  @Test
  void namesAMethodThatFitsNoTransition() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bind(Misspelt.class))
        .withMessageContaining("method onBecomeOnlinFromOffline fits no transition");
  }

  @Test
  void refusesMethodsThatCannotBeCalled() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bind(Shapeless.class))
        .withMessageContaining("Shapeless.onBecomeOnlineFromOffline() must be a void")
        .withMessageContaining("Shapeless.onBecomeOfflineFromOnline() must be a void")
        .withMessageContaining("onBecomeDroppedFromOffline(java.lang.String) must be a void");
  }

  @Test
  void refusesTwoMethodsForOneTransition() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bind(Overloaded.class))
        .withMessageContaining("onBecomeOfflineFromOnline is there twice");
  }

  @Test
  void turnsStateNamesToCamelCase() {
    assertThat(HandlerBinding.methodName(new StateModel.Transition("ON_LINE", "MASTER")))
        .isEqualTo("onBecomeMasterFromOnLine");
    assertThat(HandlerBinding.methodName(new StateModel.Transition("Standby-2", "DROPPED")))
        .isEqualTo("onBecomeDroppedFromStandby2");
  }

  @Test
  void refusesStatesThatShareAName() {
    StateModel model = StateModel.builder("Twins")
        .state("A_B", new Bound.Unlimited())
        .state("A-B", new Bound.Unlimited())
        .initialState("A_B")
        .transition("A_B", "A-B")
        .transition("A-B", "A_B")
        .transition("A_B", StateModel.DROPPED)
        .transition("A-B", StateModel.DROPPED)
        .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> bind(model, Online.class))
        .withMessageContaining("share the method name onBecomeABFromAB")
        .withMessageContaining("use a TransitionHandler");
  }

  @Test
  void asksNothingOfATypedHandler() throws Throwable {
    List<String> calls = new ArrayList<>();
    HandlerBinding binding = HandlerBinding.of(
        StateModels.MASTER_SLAVE,
        StateModelFactory.ofHandler(
            partition -> context -> calls.add(partition + " " + context.from() + context.to())));

    binding.transition(binding.create(PARTITION), new Context("OFFLINE", "SLAVE"));

    assertThat(calls).containsExactly("documents/3 OFFLINESLAVE");
  }
}
