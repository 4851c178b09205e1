// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * A replica in ERROR.
 *
 * @param instance where
 * @param partition its partition
 * @param error why
 * @param failures how often in a row it failed
 */
public record FailedReplica(
    InstanceId instance, PartitionId partition, String error, int failures) {}
