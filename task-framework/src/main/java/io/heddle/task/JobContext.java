// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/**
 * What a participant knows of a job. Immutable.
 *
 * @param key the job
 * @param spec its spec
 * @param parentResults the results of each of its parents, by the number of the task
 */
record JobContext(
    JobKey key, JobSpec spec, ImmutableMap<String, ImmutableList<String>> parentResults) {}
