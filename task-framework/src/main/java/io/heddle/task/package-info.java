/**
 * Workflows of jobs of tasks, run at least once each on the cluster's participants.
 *
 * <p>Users start at {@link io.heddle.task.WorkflowSpec} (or {@link io.heddle.task.WorkflowYaml}),
 * {@link io.heddle.task.Task} and {@link io.heddle.task.TaskDriver}. Readers of the code start at
 * {@code SettleStage} and {@code ScheduleStage}, which decide, purely, what becomes of outcomes and
 * who runs what; {@code ChangeWriter} says what that writes, {@code TaskRunner} is the
 * participant's side. Threads: the controller's side is confined to the controller's loop, the
 * participant's to the participant's loop, tasks run on a bounded pool. Depends on
 * {@code heddle-core} and {@code heddle-yaml}.
 */
@NullMarked
package io.heddle.task;

import org.jspecify.annotations.NullMarked;
