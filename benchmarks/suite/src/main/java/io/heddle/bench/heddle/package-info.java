/**
 * Heddle's side of the measurements: the work of each bench, done in a process of its own.
 *
 * <p>Purpose: to use Heddle as its users do, through the public API only. Start reading at
 * {@link io.heddle.bench.heddle.HeddlePeer}. Threading: each work runs on the process's main
 * thread. Arrows: Heddle's modules and the harness; never the peer's libraries.
 */
@NullMarked
package io.heddle.bench.heddle;

import org.jspecify.annotations.NullMarked;
