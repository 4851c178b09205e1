/**
 * What a measured process and the measuring one say to each other.
 *
 * <p>Purpose: Heddle and its peer do the same work in a process of their own each, and neither sees
 * the other's libraries; this package is all that both share, and it needs nothing but the JDK and
 * JMH. Start reading at {@link io.heddle.bench.peer.Peer}. The measuring process keeps the
 * ZooKeeper server and its counters.
 *
 * <p>Threading: a {@link io.heddle.bench.peer.Conversation} is used by the thread that does the
 * work. Arrows: nothing of Heddle.
 */
@NullMarked
package io.heddle.bench.peer;

import org.jspecify.annotations.NullMarked;
