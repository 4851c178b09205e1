// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceKey;

/**
 * One thing that a decision changes. Data only: what it does to which znode is the shell's
 * business.
 */
public sealed interface Change {
  /**
   * Tells an incarnation what is wanted of a partition.
   *
   * @param instance the instance
   * @param incarnation its living incarnation
   * @param resource the resource
   * @param stateModel the name of its state model
   * @param partition the partition's number
   * @param target what is wanted
   */
  record SetTarget(
      InstanceId instance,
      long incarnation,
      ResourceKey resource,
      String stateModel,
      int partition,
      Target target)
      implements Change {}

  /**
   * Forgets a partition whose drop was acknowledged.
   *
   * @param instance the instance
   * @param incarnation its living incarnation
   * @param resource the resource
   * @param partition the partition's number
   */
  record ForgetTarget(InstanceId instance, long incarnation, ResourceKey resource, int partition)
      implements Change {}

  /**
   * Removes an assignment bucket of an incarnation that is gone.
   *
   * @param instance the instance
   * @param bucket the bucket's name
   */
  record DropBucket(InstanceId instance, String bucket) implements Change {}

  /**
   * Closes an incarnation whose end is certified (rule R15): its number is bumped, so that nothing
   * of it can land later, and its ephemeral is deleted, in one transaction.
   *
   * @param instance the instance
   * @param incarnation the incarnation
   */
  record CloseIncarnation(InstanceId instance, long incarnation) implements Change {}

  /**
   * Removes the spec of a resource that is marked as deleting and that nobody holds any more.
   *
   * @param resource the resource
   */
  record RemoveResource(ResourceKey resource) implements Change {}

  /**
   * Requires that an instance is not configured and that nothing of it lives, and bumps its
   * incarnation number, so that a registration that is under way must read again (rule R16). To be
   * in each decision that removes what belonged to it.
   *
   * @param instance the instance
   */
  record ProveGone(InstanceId instance) implements Change {}

  /**
   * Something of an extension's own.
   *
   * @param extension whose
   * @param request what, in its own type
   */
  record OfExtension(SectionKey<?> extension, Object request) implements Change {}
}
