/**
 * Provisioning as a part of the controller: records, the stage that decides, the edge that acts.
 *
 * <p>Start reading at {@link io.heddle.provisioner.control.ProvisioningStage}, which is pure;
 * {@link io.heddle.provisioner.control.ProvisioningExtension} is what users plug in. The intent is
 * written to {@code containers/{id}} before the provider is called, and every call is made only
 * after a fenced commit; what the provider runs is listed and compared, so that a new controller
 * finds its way from the records and the list alone.
 */
@NullMarked
package io.heddle.provisioner.control;

import org.jspecify.annotations.NullMarked;
