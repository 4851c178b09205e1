// SPDX-License-Identifier: Apache-2.0
/**
 * The programs that the documentation shows, and what holds the pages to them.
 *
 * <p>Start reading at {@link io.heddle.docs.WhoIsMaster}. Uses the public API only.
 */
@NullMarked
package io.heddle.docs;

import org.jspecify.annotations.NullMarked;
