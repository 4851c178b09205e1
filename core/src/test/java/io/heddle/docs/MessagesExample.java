// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.messages.MessageReceiver;
import io.heddle.messages.Messenger;
import io.heddle.messages.Reply;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How participants are told something; {@code docs/messages.md} shows the parts. */
final class MessagesExample {
  private MessagesExample() {}

  /** A participant that compacts on request. */
  static HeddleParticipant receiver(Store store, String cluster, String name) {
    // tag::receive[]
    MessageReceiver receiver = MessageReceiver.builder()
        .handler("compact", message -> "compacted " + message.body() + " on " + name)
        .build();
    HeddleParticipant participant = HeddleParticipant.builder(store, cluster, name)
        .extension(receiver)
        .stateModel(StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(p -> step -> {}))
        .build();
    // end::receive[]
    return participant;
  }

  /** Lets all slaves of orders compact, and says what came of it. */
  static ImmutableSortedMap<InstanceId, Reply> compactSlaves(
      Store store, String cluster, RoutingTableProvider routing) throws Exception {
    // tag::send[]
    try (Messenger messenger = Messenger.builder(store, ThreadLoop::new, cluster, routing)
        .from("nightly")
        .build()) {
      Criteria slaves = Criteria.all().resource("orders").state("SLAVE");
      ImmutableSortedMap<InstanceId, Reply> replies = messenger
          .send(slaves, "compact", "2026-11", Duration.ofSeconds(20))
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
      replies.forEach((instance, reply) -> System.out.println(instance + ": " + reply));
      return replies;
    }
    // end::send[]
  }
}
