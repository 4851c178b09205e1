// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;

/**
 * A container as it is asked for.
 *
 * @param id chosen by the caller, and never used again for another container; asking twice under
 *     one id gives one container
 * @param participant the instance that its process registers as. Names of instances are used again:
 *     a container that replaces another is a new container of the same participant
 * @param service the service that runs in it
 * @param memoryMb memory in MiB, at least 1
 * @param cores cores, at least 0; 0 leaves it to the provider
 * @param mainClass the class to start
 * @param packageUri where its code is; empty for the class path of the launcher
 * @param config settings handed to the service, sorted
 */
public record ContainerSpec(
    ContainerId id,
    InstanceId participant,
    ResourceId service,
    int memoryMb,
    double cores,
    String mainClass,
    String packageUri,
    ImmutableSortedMap<String, String> config) {
  /** Checks the figures. */
  public ContainerSpec {
    if (memoryMb < 1) {
      throw new IllegalArgumentException(
          "container " + id + ": memory must be at least 1 MiB, not " + memoryMb);
    }
    if (!(cores >= 0 && cores <= 100_000)) {
      throw new IllegalArgumentException(
          "container " + id + ": cores must be 0 to 100000, not " + cores);
    }
  }

  /** The same under another id. */
  public ContainerSpec withId(ContainerId other) {
    return new ContainerSpec(
        other, participant, service, memoryMb, cores, mainClass, packageUri, config);
  }
}
