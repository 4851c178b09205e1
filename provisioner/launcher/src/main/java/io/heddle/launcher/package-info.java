/**
 * Puts an application on a container provider, and runs its services inside the containers.
 *
 * <p>Start reading at {@link io.heddle.launcher.Application}, which is the controller's side, and
 * {@link io.heddle.launcher.ParticipantLauncher}, which is the main class of a container. May
 * depend on everything; nothing depends on it but applications.
 */
@NullMarked
package io.heddle.launcher;

import org.jspecify.annotations.NullMarked;
