/**
 * What tests of the roles share: a plain client of a store, a connection that can be lost, and
 * waiting with a deadline.
 */
@NullMarked
package io.heddle.harness;

import org.jspecify.annotations.NullMarked;
