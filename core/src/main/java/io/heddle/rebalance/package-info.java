/**
 * Where replicas should be and in which state: pure functions over values.
 *
 * <p>Start reading at {@link io.heddle.rebalance.Rebalancer}. No clock, no I/O, no logger; equal
 * input gives equal output. Depends on {@code model} only.
 */
@NullMarked
package io.heddle.rebalance;

import org.jspecify.annotations.NullMarked;
