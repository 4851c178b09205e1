// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;

/**
 * What {@link FullAutoRebalancer} answers.
 *
 * @param assignment the wanted assignment; replicas that fit nowhere are left out
 * @param certificate how good it is
 * @param reasons what was left out and why, with figures; what could only be had by concession
 */
public record PlacementResult(
    ResourceAssignment assignment, Certificate certificate, ImmutableList<Reason> reasons) {}
