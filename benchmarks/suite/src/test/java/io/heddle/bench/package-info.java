/** Tests of the measuring process. */
@NullMarked
package io.heddle.bench;

import org.jspecify.annotations.NullMarked;
