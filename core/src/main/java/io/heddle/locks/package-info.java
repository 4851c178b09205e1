// SPDX-License-Identifier: Apache-2.0
/**
 * Locks and leader election for users, with fencing tokens.
 *
 * <p>Start reading at {@link io.heddle.locks.LockService}. A lock is a counter, {@code locks/name},
 * and the ephemeral of its holder below it, {@code locks/name/h}: taking it bumps the one and
 * creates the other in one transaction, so that the counter is the token. The service is
 * thread-safe; what it does is confined to its loop. Depends on {@code schema}, {@code store},
 * {@code runtime} and {@code model}; nothing depends on it.
 */
@NullMarked
package io.heddle.locks;

import org.jspecify.annotations.NullMarked;
