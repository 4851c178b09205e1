// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.ContainerId;
import io.heddle.model.InstanceId;
import io.heddle.model.Token;

/** Ids of containers that are used once. */
public final class ContainerIds {
  private ContainerIds() {}

  /**
   * The id of a new container, such as {@code DB-0.3.17}: the participant, and a number that the
   * controller never gives out twice, which needs no durable counter (see {@link Token}).
   *
   * @param participant whose container it is; at most 105 characters long
   * @param token from the controller's sequence of this reign
   * @throws IllegalArgumentException if the participant's name is too long
   */
  public static ContainerId of(InstanceId participant, long token) {
    return ContainerId.of(participant + "." + Token.format(token));
  }
}
