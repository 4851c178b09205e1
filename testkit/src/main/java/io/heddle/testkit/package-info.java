/**
 * The simulation kit: a whole cluster on virtual time, single-threaded, with seeded faults.
 *
 * <p>Start reading at {@link io.heddle.testkit.Simulation}, and at
 * {@link io.heddle.testkit.SeedRunner} for how a test runs many seeds. Everything that belongs to
 * one simulation is confined to the thread that made it. Depends on {@code core}.
 */
@NullMarked
package io.heddle.testkit;

import org.jspecify.annotations.NullMarked;
