/**
 * The administrator's typed client: clusters, instances, state models, resources.
 *
 * <p>Start reading at {@link io.heddle.admin.ClusterAdmin}. Its calls may come from any thread; all
 * that happens runs on one loop that it owns, and its stages complete there. Depends on
 * {@code schema}, {@code store}, {@code runtime} and {@code model}.
 */
@NullMarked
package io.heddle.admin;

import org.jspecify.annotations.NullMarked;
