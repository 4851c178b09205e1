// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.heddle.runtime.Loop;
import io.heddle.store.Credential;
import java.time.Duration;

/**
 * The first packet of a connection. Immutable.
 *
 * @param session the session to go on with, or 0 for a new one
 * @param timeout the session timeout asked for
 * @param credentials who one is
 * @param watches the paths to watch again
 * @param clientLoop where the client lives; the server uses it for nothing but to tell clients
 *     apart
 */
record Hello(
    long session,
    Duration timeout,
    ImmutableList<Credential> credentials,
    ImmutableSet<String> watches,
    Loop clientLoop) {}
