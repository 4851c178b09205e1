// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.harness.Waiting;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.participant.HeddleParticipant;
import io.heddle.runtime.Loop;
import io.heddle.schema.ClusterPaths;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Two instances with receivers and one messenger on virtual time; no controller. Confined to the
 * test's thread.
 */
final class MessageRig {
  static final Duration SESSION = Duration.ofSeconds(12);
  static final Duration WITHIN = Duration.ofSeconds(30);
  static final InstanceId A = InstanceId.of("A");
  static final InstanceId B = InstanceId.of("B");

  final VirtualTime time = new VirtualTime();
  final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  final ClusterPaths paths = new ClusterPaths("orders");
  final FragileNetwork sender = new FragileNetwork();
  final Node a = new Node("A");
  final Node b = new Node("B");
  final RoutingTableProvider routing;
  final Messenger messenger;

  /** A process with a receiver; what its handlers do waits for {@link #run} if it holds. */
  final class Node {
    final String name;
    final FragileNetwork network = new FragileNetwork();
    final List<Message> handled = new ArrayList<>();
    final Deque<Runnable> held = new ArrayDeque<>();
    final Loop loop = time.newLoop();
    boolean holding;
    final HeddleParticipant participant;

    Node(String name) {
      this.name = name;
      MessageReceiver receiver = MessageReceiver.builder()
          .handler("echo", message -> {
            handled.add(message);
            return message.body() + " from " + name;
          })
          .handler("fail", message -> {
            throw new IllegalStateException("a handler's failure, on purpose");
          })
          .handler("large", message -> "x".repeat(Messenger.MAX_BODY_BYTES + 1))
          .threads(2)
          .executor(task -> {
            if (holding) {
              held.add(task);
            } else {
              task.run();
            }
          })
          .build();
      participant = HeddleParticipant.builder(store.through(network), "orders", name)
          .extension(receiver)
          .sessionTimeout(SESSION)
          .loops(n -> loop)
          .host("host")
          .process(1)
          .build();
    }

    void start() {
      Void unused = done(participant.start());
    }

    /** Lets the handlers run that were held, and no longer holds any. */
    void run() {
      holding = false;
      while (!held.isEmpty()) {
        held.remove().run();
      }
      settle();
    }

    List<String> mailbox() {
      String parent = Mailbox.path(paths, InstanceId.of(name)) + "/";
      return store.contents().keySet().stream()
          .filter(path -> path.startsWith(parent))
          .map(path -> path.substring(parent.length()))
          .toList();
    }
  }

  MessageRig() {
    ClusterAdmin admin =
        ClusterAdmin.builder(store, name -> time.newLoop(), "orders").build();
    done(admin.createCluster());
    done(admin.addInstance(InstanceSpec.builder("A").tag("ssd").build()));
    done(admin.addInstance(InstanceSpec.of("B")));
    admin.close();
    a.start();
    b.start();
    routing =
        RoutingTableProvider.builder(store, name -> time.newLoop(), "orders").build();
    done(routing.start());
    messenger = messenger("one");
    pass(Duration.ofSeconds(1));
  }

  Messenger messenger(String ids) {
    return Messenger.builder(store.through(sender), name -> time.newLoop(), "orders", routing)
        .sessionTimeout(SESSION)
        .from("tester")
        .ids(() -> ids)
        .build();
  }

  CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> send(
      Criteria criteria, String type, String body) {
    return messenger.send(criteria, type, body, WITHIN).toCompletableFuture();
  }

  void pass(Duration duration) {
    time.pass(duration);
  }

  void settle() {
    pass(Duration.ofMillis(10));
  }

  <T> T done(CompletionStage<T> stage) {
    pass(Duration.ofMillis(500));
    if (!stage.toCompletableFuture().isDone()) {
      throw new AssertionError("not done within half a second");
    }
    return Waiting.get(stage);
  }
}
