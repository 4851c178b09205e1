/**
 * Who serves what, for clients of the cluster: from live reports, so that it needs no controller.
 *
 * <p>Start reading at {@link io.heddle.spectator.RoutingTableProvider} for how it is kept current,
 * and at {@link io.heddle.spectator.ResourceRouting} for what counts. A table is immutable; a
 * look-up takes no lock and allocates nothing. All else is confined to the provider's loop. Depends
 * on {@code schema}, {@code store}, {@code runtime} and {@code model}.
 */
@NullMarked
package io.heddle.spectator;

import org.jspecify.annotations.NullMarked;
