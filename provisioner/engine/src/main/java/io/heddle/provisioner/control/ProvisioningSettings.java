// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import java.time.Duration;

/**
 * How long the provisioner waits. All above zero.
 *
 * @param connect from a container's start until its participant must have registered
 * @param reconnect from a participant's loss until its container, which still runs, is given up
 * @param drain how long a container is emptied, of replicas and of tasks, before it is stopped all
 *     the same
 * @param linger how long the record of a container that was given back is kept, so that a
 *     registration that was still on its way is closed too (rule R15)
 * @param retry from a call that failed, or changed nothing, until the next one; twice as long each
 *     time, up to {@code relist}
 * @param relist how often the provider's list is compared
 * @param call how long a call, or a list, is waited for, whatever bound the provider states; then
 *     it counts as failed, and what the provider lists decides. A stop takes as long as its process
 *     needs to end
 */
public record ProvisioningSettings(
    Duration connect,
    Duration reconnect,
    Duration drain,
    Duration linger,
    Duration retry,
    Duration relist,
    Duration call) {
  /** Two minutes, one minute, one minute, 15 s, 1 s, 10 s, two minutes. */
  public static final ProvisioningSettings DEFAULT = new ProvisioningSettings(
      Duration.ofMinutes(2),
      Duration.ofMinutes(1),
      Duration.ofMinutes(1),
      Duration.ofSeconds(15),
      Duration.ofSeconds(1),
      Duration.ofSeconds(10),
      Duration.ofMinutes(2));

  /** Checks the times. */
  public ProvisioningSettings {
    check("connect", connect);
    check("reconnect", reconnect);
    check("drain", drain);
    check("linger", linger);
    check("retry", retry);
    check("relist", relist);
    check("call", call);
  }

  private static void check(String name, Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException(name + " must be above zero, not " + time);
    }
  }
}
