/**
 * The port to ZooKeeper: sessions, conditional multi-writes, reads, persistent watches.
 *
 * <p>Start reading at {@link io.heddle.store.StoreSession}. Two implementations, held to one
 * contract suite: {@code zookeeper} (the only code that knows the client library) and
 * {@code memory} (the same semantics in the process, also under a simulated network). Depends on
 * {@code runtime} only.
 */
@NullMarked
package io.heddle.store;

import org.jspecify.annotations.NullMarked;
