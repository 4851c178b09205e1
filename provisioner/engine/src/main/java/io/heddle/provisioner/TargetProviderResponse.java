// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ContainerSpec;
import io.heddle.model.Participant;

/**
 * What a target provider wants changed, the most wanted first. Immutable.
 *
 * <p>A participant may be released and acquired in one answer: its old container goes, and another
 * takes its name.
 *
 * @param containersToAcquire containers to be asked for. Their ids are placeholders: whoever
 *     follows the answer gives each an id that was never used ({@link ContainerIds}), since a
 *     function of the present can't know what was used in the past
 * @param containersToRelease participants whose container is to be given back. One that has a
 *     process is drained and stopped first, as if that had been asked for, and given back when it
 *     has ended, if that is still wanted then
 * @param containersToStop participants whose container is to be drained and stopped, if it has a
 *     process
 * @param containersToStart participants whose container is to be started, if it never was
 */
public record TargetProviderResponse(
    ImmutableList<ContainerSpec> containersToAcquire,
    ImmutableList<Participant> containersToRelease,
    ImmutableList<Participant> containersToStop,
    ImmutableList<Participant> containersToStart) {
  /** All is as it should be. */
  public static final TargetProviderResponse EMPTY = builder().build();

  /** Whether nothing is to change. */
  public boolean isEmpty() {
    return equals(EMPTY);
  }

  /** Starts an answer that changes nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the changes in order. */
  public static final class Builder {
    private final ImmutableList.Builder<ContainerSpec> acquire = ImmutableList.builder();
    private final ImmutableList.Builder<Participant> release = ImmutableList.builder();
    private final ImmutableList.Builder<Participant> stop = ImmutableList.builder();
    private final ImmutableList.Builder<Participant> start = ImmutableList.builder();

    private Builder() {}

    /** Asks for a container. */
    public Builder acquire(ContainerSpec container) {
      acquire.add(container);
      return this;
    }

    /** Gives a participant's container back. */
    public Builder release(Participant participant) {
      release.add(participant);
      return this;
    }

    /** Stops a participant's container. */
    public Builder stop(Participant participant) {
      stop.add(participant);
      return this;
    }

    /** Starts a participant's container. */
    public Builder start(Participant participant) {
      start.add(participant);
      return this;
    }

    /** The answer. */
    public TargetProviderResponse build() {
      return new TargetProviderResponse(
          acquire.build(), release.build(), stop.build(), start.build());
    }
  }
}
