/**
 * What Heddle talks about: names, instances, resources, state models, assignments, reports and
 * reasons. Immutable values; no I/O, no clock, no logger.
 *
 * <p>Start reading at {@link io.heddle.model.ResourceSpec} and {@link io.heddle.model.StateModel}.
 * Everything here may be shared between threads. Depends on nothing else in Heddle.
 */
@NullMarked
package io.heddle.model;

import org.jspecify.annotations.NullMarked;
