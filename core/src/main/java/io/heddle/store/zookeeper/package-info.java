/**
 * The store over a real ZooKeeper ensemble (3.6 or newer; watches tell transactions from 3.9 on).
 * The only code that knows ZooKeeper's client library.
 *
 * <p>Start reading at {@link io.heddle.store.zookeeper.ZooKeeperStore}. A session is one raw
 * ZooKeeper handle, without a retry policy, closed at the session's end and never used again.
 * Curator is not used on purpose: leadership, incarnations and every fenced write are bound to one
 * ZooKeeper session, and a library that silently opens another session, or sends a write again
 * whose outcome is unknown, takes away what they stand on. Its recipes solve what the protocol
 * solves otherwise.
 *
 * <p>Threads: a session is confined to the loop that it was opened with. ZooKeeper's own threads
 * only hand over to that loop, in the order in which the client's event thread delivers. Depends on
 * {@code store} and {@code runtime}.
 */
@NullMarked
package io.heddle.store.zookeeper;

import org.jspecify.annotations.NullMarked;
