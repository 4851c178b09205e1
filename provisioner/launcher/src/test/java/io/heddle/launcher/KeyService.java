// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.task.TaskParticipant;
import java.time.Duration;

/** A service for tests: holds replicas, and does nothing with them. */
public final class KeyService implements ParticipantService {
  /** As the launcher makes it. */
  public KeyService() {}

  @Override
  public void start(ParticipantServiceContext context) {
    context
        .participant()
        .sessionTimeout(Duration.ofSeconds(10))
        .stateModel(
            StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> transition -> {}))
        .extension(
            TaskParticipant.builder().command("wait", GateTask::new).slots(3).build());
  }
}
