/**
 * What the simulation is made of: the queue of events and the trace. Not for users.
 *
 * <p>Start reading at {@link io.heddle.testkit.internal.EventQueue}. Confined to the simulation's
 * thread. Depends on nothing else in Heddle.
 */
@NullMarked
package io.heddle.testkit.internal;

import org.jspecify.annotations.NullMarked;
