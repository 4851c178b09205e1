/**
 * Apache Helix's side of the measurements: the same work as Heddle's, done in a process of its own.
 *
 * <p>Purpose: to use Helix as its users do, with its own libraries and its defaults; where there is
 * a choice, the one that is faster for Helix. Start reading at
 * {@link io.heddle.bench.helix.HelixPeer}. Threading: each work runs on the process's main thread.
 * Arrows: Helix and the harness; nothing of Heddle.
 */
@NullMarked
package io.heddle.bench.helix;

import org.jspecify.annotations.NullMarked;
