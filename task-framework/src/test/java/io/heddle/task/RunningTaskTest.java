// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.heddle.model.InstanceId;
import io.heddle.task.RunningTask.Ended;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningTaskTest {
  private static final JobKey JOB = new WorkflowKey("w", 7).job("j");

  private final List<Long> begun = new ArrayList<>();
  private boolean leaseIsHeld = true;

  private RunningTask attempt(long token) {
    JobSpec spec = JobSpec.builder("j").command("c").numberOfTasks(1).build();
    return new RunningTask(
        new JobContext(JOB, spec, ImmutableMap.of()),
        InstanceId.of("a"),
        new Attempt(JOB, JOB.bucket(), 0, token, 1),
        context -> {
          begun.add(context.token());
          return new Task() {
            @Override
            public TaskResult run() {
              return TaskResult.completed("done");
            }

            @Override
            public void cancel() {
              throw new AssertionError("nobody asked");
            }
          };
        },
        () -> leaseIsHeld);
  }

  @Test
  void beginsUnderItsLease() {
    assertThat(attempt(5).run()).isEqualTo(new Ended(AttemptEnd.COMPLETED, "done"));
    assertThat(begun).containsExactly(5L);
  }

  @Test
  void beginsNoMoreOnceItsLeaseHasRunOut() {
    RunningTask handedOver = attempt(5);

    leaseIsHeld = false;

    assertThat(handedOver.run()).isEqualTo(new Ended(AttemptEnd.LOST, ""));
    assertThat(begun).isEmpty();
  }

  @Test
  void beginsNoMoreOnceItIsCancelled() {
    RunningTask handedOver = attempt(5);

    handedOver.cancel();

    assertThat(handedOver.run()).isEqualTo(new Ended(AttemptEnd.CANCELED, ""));
  }
}
