// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.participant.HeddleParticipant;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.ServiceContext;
import io.heddle.store.Store;

/**
 * What a service works with.
 *
 * @param service where it finds itself
 * @param access how this process reaches the cluster. Where access is restricted, its credential,
 *     which is a secret, also lets a spectator read all that it needs
 * @param store where the cluster is kept, such as for a spectator of its own; closed by the
 *     launcher
 * @param participant the participant that will be started, to be added to
 */
public record ParticipantServiceContext(
    ServiceContext service,
    ClusterAccess access,
    Store store,
    HeddleParticipant.Builder participant) {}
