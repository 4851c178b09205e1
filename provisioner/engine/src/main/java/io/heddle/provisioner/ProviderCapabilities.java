// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

/**
 * What a provider can do where it runs. Immutable.
 *
 * @param certifiesEnds whether ends are certified; if not, failing over waits for the session
 * @param readopts whether a new controller finds the running containers of an earlier one
 * @param enforcesMemory whether more than the memory asked for is refused to the whole process, not
 *     to its heap only
 * @param note what is missing and why, for people; empty if nothing is
 */
public record ProviderCapabilities(
    boolean certifiesEnds, boolean readopts, boolean enforcesMemory, String note) {}
