// SPDX-License-Identifier: Apache-2.0
/**
 * Small typed values that processes of a cluster share.
 *
 * <p>Start reading at {@link io.heddle.properties.PropertyStore}. The store is thread-safe; all
 * that it does is confined to its loop, where listeners are told, too. Stands above {@code client};
 * nothing depends on it.
 */
@NullMarked
package io.heddle.properties;

import org.jspecify.annotations.NullMarked;
