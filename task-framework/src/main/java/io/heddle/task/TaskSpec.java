// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import java.util.Optional;

/**
 * One task of a generic job.
 *
 * @param command the command to run; empty for the job's
 * @param config its own configuration, laid over the job's
 */
public record TaskSpec(Optional<String> command, ImmutableSortedMap<String, String> config) {
  /** Checks the command. */
  public TaskSpec {
    command.ifPresent(c -> JobSpec.checkCommand("a task", c));
  }

  /** A task that runs the job's command. */
  public static TaskSpec of(Map<String, String> config) {
    return new TaskSpec(Optional.empty(), ImmutableSortedMap.copyOf(config));
  }

  /** A task with a command of its own. */
  public static TaskSpec of(String command, Map<String, String> config) {
    return new TaskSpec(Optional.of(command), ImmutableSortedMap.copyOf(config));
  }
}
