// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableList;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.Lifeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How containers are run here.
 *
 * @param root the directory of all clusters, absolute
 * @param access how processes reach the cluster
 * @param java the java command
 * @param classPath for containers without a package of their own; absolute entries
 * @param jvmOptions for every process, after our own, which they override
 * @param launcherClass the class whose main method runs the service's class; if absent, that has
 *     its own
 * @param stopGrace how long a process may take to end when asked
 * @param lifeline what happens to processes when the controller is gone
 * @param keepReleased how many directories of released containers are kept
 * @param setsid the command that starts a process in a group of its own, where there is one
 */
record LocalConfig(
    Path root,
    ClusterAccess access,
    Path java,
    String classPath,
    ImmutableList<String> jvmOptions,
    Optional<String> launcherClass,
    Duration stopGrace,
    Lifeline lifeline,
    int keepReleased,
    Optional<Path> setsid) {
  /** How long the making of a process may take. */
  static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  /** How long the kernel may take to end a process that was killed. */
  static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);

  LocalConfig {
    if (stopGrace.isNegative() || stopGrace.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("stopGrace must be 0 to 1 hour, not " + stopGrace);
    }
    if (keepReleased < 0) {
      throw new IllegalArgumentException("keepReleased must be at least 0, not " + keepReleased);
    }
  }

  ClusterDirectory directory() {
    return new ClusterDirectory(root.resolve(access.cluster()), keepReleased);
  }
}
