/**
 * A partitioned, replicated document store that Heddle runs, written as a user of its public API.
 *
 * <p>Start reading at {@link io.heddle.recipes.documents.DocumentNode}, the service in each
 * container; {@link io.heddle.recipes.documents.DocumentClient} is what its users call, and
 * {@link io.heddle.recipes.documents.Demo} runs it all. The rules of replication are in
 * {@code Replica} (one replica's life), {@code Mastership} (what a MASTER does) and
 * {@code Follower} (what a SLAVE does). A node runs one thread for each connection and one for each
 * SLAVE replica; callbacks of the participant may block, within bounds.
 */
@NullMarked
package io.heddle.recipes.documents;

import org.jspecify.annotations.NullMarked;
