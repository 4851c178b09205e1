// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.ContainerState;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of containers for each service. Immutable; make a new one when numbers change.
 *
 * <p><em>Rules.</em> Containers count from the request until they are being stopped, also while
 * their participant is disconnected: how long to wait for it is the pipeline's. Too few: the lowest
 * free numbers are acquired. Too many: the highest numbers go, those not yet started by a release,
 * the others by a stop. What has ended (HALTED, FAILED) is released, and in the same answer
 * replaced under the same name, if the number is short. A name whose container is just being
 * stopped is not given to another before it has ended.
 *
 * <p><em>Example.</em> Three wanted; {@code DB-0} CONNECTED, {@code DB-1} FAILED, {@code DB-5}
 * CONNECTED. The answer: release {@code DB-1}, acquire {@code DB-1}. Two wanted: release
 * {@code DB-1}; {@code DB-5} stays, since two containers are there, whatever their names.
 */
public final class FixedTargetProvider implements TargetProvider {
  private final ImmutableSortedMap<ResourceId, ServiceSpec> services;

  /**
   * A target provider.
   *
   * @param services what each service should have
   * @throws IllegalArgumentException if a service comes twice
   */
  public FixedTargetProvider(Collection<ServiceSpec> services) {
    ImmutableSortedMap.Builder<ResourceId, ServiceSpec> byName = ImmutableSortedMap.naturalOrder();
    services.forEach(service -> byName.put(service.service(), service));
    this.services = byName.buildOrThrow();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the service is unknown: to be rid of all containers, one
   *     wants 0 of them
   */
  @Override
  public TargetProviderResponse evaluateExistingContainers(
      Cluster cluster, ResourceId service, Collection<Participant> participants) {
    @Nullable ServiceSpec spec = services.get(service);
    if (spec == null) {
      throw new IllegalArgumentException(
          "service " + service + " is not one of " + services.keySet());
    }
    TargetProviderResponse.Builder response = TargetProviderResponse.builder();
    List<Slot> present = new ArrayList<>();
    Set<Integer> taken = new HashSet<>();
    int replacedLater = 0;
    for (Slot slot : slots(spec, participants)) {
      switch (slot.state()) {
        case ACQUIRING, ACQUIRED, CONNECTING, CONNECTED, DISCONNECTED -> {
          present.add(slot);
          taken.add(slot.number());
        }
        case HALTING -> {
          taken.add(slot.number());
          replacedLater += slot.number() < spec.containers() ? 1 : 0;
        }
        case HALTED, FAILED -> response.release(slot.participant());
        case FINALIZING, FINALIZED -> {
          // On its way out; its name is free.
        }
      }
    }
    for (int i = present.size() - 1; i >= spec.containers(); i--) {
      giveUp(present.get(i), response);
    }
    present.stream()
        .limit(spec.containers())
        .filter(slot -> slot.state() == ContainerState.ACQUIRED)
        .forEach(slot -> response.start(slot.participant()));
    int missing = spec.containers() - present.size() - replacedLater;
    for (int number = 0; missing > 0; number++) {
      if (taken.add(number)) {
        response.acquire(spec.container(number));
        missing--;
      }
    }
    return response.build();
  }

  private static void giveUp(Slot slot, TargetProviderResponse.Builder response) {
    if (slot.state() == ContainerState.ACQUIRING || slot.state() == ContainerState.ACQUIRED) {
      response.release(slot.participant());
    } else {
      response.stop(slot.participant());
    }
  }

  /**
   * The participants with a container of the service, by number; names of other makes come last.
   */
  private static List<Slot> slots(ServiceSpec spec, Collection<Participant> participants) {
    List<Slot> slots = new ArrayList<>();
    for (Participant participant : participants) {
      participant
          .container()
          .filter(container -> container.spec().service().equals(spec.service()))
          .ifPresent(container -> slots.add(new Slot(
              spec.number(participant.id()).orElse(Integer.MAX_VALUE),
              participant,
              container.state())));
    }
    slots.sort(Comparator.comparingInt(Slot::number)
        .thenComparing(slot -> slot.participant().id()));
    return slots;
  }

  private record Slot(int number, Participant participant, ContainerState state) {}
}
