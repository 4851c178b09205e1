/**
 * The real ZooKeeper server inside the process, for demonstrations, tests and single-machine use.
 *
 * <p>Start reading at {@link io.heddle.embedded.EmbeddedZooKeeper}, the only type with behaviour
 * that users see. The server has threads of its own; everything public here is thread-safe. Depends
 * on ZooKeeper and on nothing of Heddle.
 */
@NullMarked
package io.heddle.embedded;

import org.jspecify.annotations.NullMarked;
