/**
 * Measures Heddle and its peer side by side.
 *
 * <p>Purpose: {@code bin/heddle bench}. This process keeps the ZooKeeper server and its counters;
 * each system does the same work, one after the other, in a process of its own, with equal settings
 * of the JVM. Start reading at {@link io.heddle.bench.BenchMain}; which bench has which sizes is in
 * {@code Benches}.
 *
 * <p>Threading: one main thread; one more for each measured process, which reads what it says.
 * Arrows: the harness and the embedded server; Heddle's side is in {@code heddle}, and runs
 * elsewhere.
 */
@NullMarked
package io.heddle.bench;

import org.jspecify.annotations.NullMarked;
