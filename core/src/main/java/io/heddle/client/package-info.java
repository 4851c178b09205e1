// SPDX-License-Identifier: Apache-2.0
/**
 * What clients of a cluster share: a session that is opened anew when it ends, and calls on it that
 * are bounded in number and time.
 *
 * <p>Start reading at {@link io.heddle.client.Client}; what a call may do is in
 * {@link io.heddle.client.Call}. For Heddle's own clients ({@code properties}, {@code messages},
 * {@code locks}); users see {@link io.heddle.client.ClientException} only. All but {@code Client}
 * itself is confined to the client's loop. Depends on {@code schema}, {@code store},
 * {@code runtime} and {@code model}.
 */
@NullMarked
package io.heddle.client;

import org.jspecify.annotations.NullMarked;
