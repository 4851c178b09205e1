/**
 * Time and threads as values that come in through constructors.
 *
 * <p>Each role owns one {@link io.heddle.runtime.Loop}; everything confined to it runs there, in
 * order. A simulation supplies loops on virtual time. Depends on nothing else in Heddle.
 */
@NullMarked
package io.heddle.runtime;

import org.jspecify.annotations.NullMarked;
