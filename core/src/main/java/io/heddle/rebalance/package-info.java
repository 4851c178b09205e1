/**
 * Where replicas should be and in which state: pure functions over values.
 *
 * <p>Start reading at {@link io.heddle.rebalance.Rebalancer}, then
 * {@link io.heddle.rebalance.FullAutoRebalancer}, whose Javadoc tells the method; its working parts
 * are package-private and are read in the order in which it calls them. No clock, no I/O, no
 * logger; equal input gives equal output. Depends on {@code model} only.
 */
@NullMarked
package io.heddle.rebalance;

import org.jspecify.annotations.NullMarked;
