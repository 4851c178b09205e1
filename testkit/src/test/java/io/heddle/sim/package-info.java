/**
 * Heddle's own simulation tests: the real roles under seeded faults, a checker of their histories,
 * and deliberate bugs that it must catch. Start reading at {@link io.heddle.sim.ClusterScenario}.
 * Everything is confined to the simulation's thread.
 */
@NullMarked
package io.heddle.sim;

import org.jspecify.annotations.NullMarked;
