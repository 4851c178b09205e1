/**
 * The store in the process, with ZooKeeper's semantics: for tests in real time, and for simulation
 * under a network that delays and cuts.
 *
 * <p>Start reading at {@link io.heddle.store.memory.MemoryStore}. Two sides, which share nothing
 * and talk through {@link io.heddle.store.memory.Network} only: {@code Server} and what it holds
 * are confined to the server's loop, {@code ClientSession} to the loop it was opened with. Depends
 * on {@code store} and {@code runtime}.
 */
@NullMarked
package io.heddle.store.memory;

import org.jspecify.annotations.NullMarked;
