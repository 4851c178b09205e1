/**
 * From one immutable snapshot to one plan: pure stages, one question each.
 *
 * <p>Start reading at {@link io.heddle.pipeline.Pipeline}, then
 * {@link io.heddle.pipeline.TransitionStage}, which keeps the promise of at most one top state. No
 * clock, no I/O, no logger; equal snapshots give equal plans. Depends on {@code rebalance} and
 * {@code model}.
 */
@NullMarked
package io.heddle.pipeline;

import org.jspecify.annotations.NullMarked;
