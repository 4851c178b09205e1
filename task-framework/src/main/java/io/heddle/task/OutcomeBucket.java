// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;

/**
 * How attempts ended on one instance: kept until the controller has recorded and acknowledged them
 * (rule R8). What was taken up and is not here is in flight. Written by the participant.
 *
 * @param incarnation the incarnation that wrote it
 * @param q its sequence number: (incarnation, counter) in one, never restarts
 * @param s the highest {@code q} of the work bucket of equal name that was taken up
 * @param groups the ended attempts by job, each list by the tasks' numbers
 */
record OutcomeBucket(
    long incarnation,
    long q,
    long s,
    ImmutableSortedMap<JobKey, ImmutableList<OutcomeRange>> groups) {}
