/**
 * The participant role: one instance of a cluster, whose replicas are the user's objects.
 *
 * <p>Users start at {@link io.heddle.participant.HeddleParticipant}. Readers of the code start at
 * {@code Replicas}, which decides, without I/O and clock, what each replica does next and what is
 * reported; {@code Incarnation} is the shell around it, {@code Registration} comes before it,
 * {@code LeaseKeeper} is self-fencing, {@code Lane} writes one report.
 *
 * <p>Everything is confined to the participant's loop, except callbacks, which run on a bounded
 * pool, and the {@link io.heddle.participant.Lease}, which any thread may ask. Depends on
 * {@code schema}, {@code store}, {@code runtime} and {@code model}.
 */
@NullMarked
package io.heddle.participant;

import org.jspecify.annotations.NullMarked;
