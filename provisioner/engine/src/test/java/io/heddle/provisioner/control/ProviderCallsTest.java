// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What becomes of calls and lists that are answered, fail, or are never heard of again. */
class ProviderCallsTest {
  private static final ContainerId ONE = ContainerId.of("DB-0.1.1");
  private static final ContainerStart START = new ContainerStart(ONE, "s1");
  private static final ContainerStatus RUNNING = new ContainerStatus.Running(START);
  private static final ProvisioningSettings SETTINGS = ProvisioningSettings.DEFAULT;
  private static final Duration A_MOMENT = Duration.ofNanos(1);

  private final ManualLoop loop = new ManualLoop();
  private final MuteProvider provider = new MuteProvider();
  private int wakeUps;
  private final ProviderWatch watch =
      new ProviderWatch(loop, "c", provider, SETTINGS, () -> wakeUps++);
  private final ProviderCalls calls = new ProviderCalls(loop, SETTINGS, watch);

  private void lists(ContainerStatus... statuses) {
    last(provider.lists).set(ImmutableList.copyOf(statuses));
    loop.run();
  }

  private static <T> SettableFuture<T> last(List<SettableFuture<T>> asked) {
    return asked.get(asked.size() - 1);
  }

  private void stop() {
    Request.Stop stop = new Request.Stop(ONE);
    calls.begin(stop).follow(stop.make(provider));
    loop.run();
  }

  private CallAttempts attempts() {
    return Objects.requireNonNull(calls.attempts().get(ONE));
  }

  @Test
  void aCallThatIsNeverAnsweredCountsAsFailedAndSaysSo() {
    lists(RUNNING);
    stop();
    loop.pass(SETTINGS.call().minus(A_MOMENT));
    assertThat(watch.unsettled()).containsExactly(ONE);
    assertThat(calls.attempts()).isEmpty();

    loop.pass(A_MOMENT);

    assertThat(watch.unsettled()).isEmpty();
    assertThat(attempts().trouble().orElseThrow())
        .contains("stopContainer", ONE.name(), "no answer within PT2M");
    assertThat(attempts().retryAtNanos() - loop.nanoTime())
        .isEqualTo(SETTINGS.retry().toNanos());
  }

  @Test
  void afterACallWithoutAnswerTheListDecides() {
    lists(RUNNING);
    stop();
    loop.pass(SETTINGS.call());
    ContainerStatus ended = new ContainerStatus.Ended(end());

    // The one that was under way began too early to count.
    lists(ended);
    assertThat(watch.observed()).containsEntry(ONE, RUNNING);
    lists(ended);

    assertThat(watch.observed().get(ONE)).isInstanceOf(ContainerStatus.Ended.class);
  }

  @Test
  void anAnswerThatComesTooLateOnlyHasTheListLookedAt() {
    lists(RUNNING);
    stop();
    loop.pass(SETTINGS.call());
    lists(RUNNING);
    lists(RUNNING);
    int before = provider.lists.size();

    last(provider.stops).set(true);
    loop.run();

    assertThat(provider.lists).hasSize(before + 1);
    assertThat(attempts().count()).isEqualTo(1);
    assertThat(attempts().trouble()).isPresent();
  }

  @Test
  void anAnsweredCallIsNotRepeatedBeforeAListBeganAfterIt() {
    lists(RUNNING);
    watch.list();
    stop();
    last(provider.stops).set(true);
    loop.run();

    lists(RUNNING);

    assertThat(watch.unsettled()).containsExactly(ONE);
    lists(RUNNING);
    assertThat(watch.unsettled()).isEmpty();
  }

  @Test
  void whatIsAnsweredWithoutEffectIsAskedForLessAndLessOften() {
    lists(RUNNING);
    Duration[] pauses = new Duration[6];

    for (int i = 0; i < pauses.length; i++) {
      stop();
      last(provider.stops).set(false);
      loop.run();
      lists(RUNNING);
      pauses[i] = Duration.ofNanos(attempts().retryAtNanos() - loop.nanoTime());
    }

    assertThat(pauses)
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));
    assertThat(attempts().trouble().orElseThrow())
        .isEqualTo("stopContainer was answered 6 times, and its effect does not show in the list");
  }

  @Test
  void anotherCallBeginsToCountAnew() {
    lists(RUNNING);
    stop();
    last(provider.stops).setException(new IllegalStateException("refused on purpose"));
    loop.run();
    assertThat(attempts().trouble().orElseThrow())
        .isEqualTo("stopContainer failed, asked 1 time: refused on purpose");

    calls.begin(new Request.Deallocate(ONE)).failed(new IllegalStateException("no"));

    assertThat(attempts().kind()).isEqualTo(CallKind.DEALLOCATE);
    assertThat(attempts().count()).isEqualTo(1);
  }

  @Test
  void aListThatIsNeverAnsweredIsGivenUpAndAskedForAgain() {
    loop.pass(SETTINGS.call());

    assertThat(watch.listed()).isFalse();
    assertThat(watch.trouble().orElseThrow()).contains("list had no answer within PT2M");
    loop.pass(SETTINGS.retry());
    assertThat(provider.lists).hasSize(2);
    lists(RUNNING);
    assertThat(watch.listed()).isTrue();
    assertThat(watch.trouble()).isEmpty();
    assertThat(watch.observed()).containsOnlyKeys(ONE);
  }

  @Test
  void aListThatComesAfterItWasGivenUpSaysNothing() {
    loop.pass(SETTINGS.call().plus(SETTINGS.retry()));

    provider.lists.get(0).set(ImmutableList.of(RUNNING));
    loop.run();

    assertThat(watch.listed()).isFalse();
    assertThat(watch.observed()).isEmpty();
  }

  @Test
  void aProviderThatThrowsWhenItIsToListIsAskedAgain() {
    provider.throwing = true;
    lists();
    loop.pass(SETTINGS.relist());
    assertThat(watch.trouble().orElseThrow()).contains("thrown on purpose");
    provider.throwing = false;

    loop.pass(SETTINGS.retry());

    lists();
    assertThat(watch.trouble()).isEmpty();
  }

  @Test
  void anEndThatIsToldIsNotForgottenForAnOlderList() {
    lists(RUNNING);
    watch.list();
    provider.listeners.get(0).ended(end());
    loop.run();

    lists(RUNNING);

    assertThat(watch.observed().get(ONE)).isInstanceOf(ContainerStatus.Ended.class);
  }

  @Test
  void nothingIsLeftWhenAReignIsOver() {
    stop();

    watch.close();
    calls.close();

    assertThat(loop.timers()).isZero();
    assertThat(provider.listeners).isEmpty();
    int before = wakeUps;
    provider.lists.forEach(list -> list.set(ImmutableList.of(RUNNING)));
    last(provider.stops).set(true);
    loop.run();
    assertThat(wakeUps).isEqualTo(before);
    assertThat(watch.observed()).isEmpty();
  }

  private static ContainerEnd end() {
    return new ContainerEnd(START, true, OptionalInt.of(137), ContainerEnd.Reason.KILLED_BY_US, "");
  }
}
