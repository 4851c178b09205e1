/**
 * The controller: takes office, follows the cluster, plans, and carries the plan out.
 *
 * <p>Start reading at {@link io.heddle.controller.ControllerLoop}: this is the system.
 * {@link io.heddle.controller.HeddleController} is what users start. Everything of one reign is
 * confined to one loop and to one session. Depends on {@code pipeline}, {@code schema} and what
 * they depend on.
 */
@NullMarked
package io.heddle.controller;

import org.jspecify.annotations.NullMarked;
