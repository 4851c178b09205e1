// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.client.Call;
import io.heddle.client.Client;
import io.heddle.client.ClientException;
import io.heddle.client.SessionFollower;
import io.heddle.model.InstanceId;
import io.heddle.runtime.Loop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.MessageCodecs;
import io.heddle.schema.MessageCodecs.Answer;
import io.heddle.schema.MessageCodecs.Envelope;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages out and of replies back. Confined to the client's loop.
 *
 * <p>Level-triggered: a reply is read when its watch says so, after each reconnect, and now and
 * then. A session watches the mailbox of each instance that it waits for, once.
 */
final class Dispatch implements SessionFollower {
  /** About how often replies are looked for without being told. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final ClusterPaths paths;
  private final AccessControl access;
  private final Client client;
  private final String prefix;
  private final TreeMap<String, Awaited> awaited = new TreeMap<>();
  private final Set<InstanceId> watched = new HashSet<>();
  private @Nullable StoreSession session;
  private long counter;
  private boolean looking;

  /** A reply that a call waits for, by its znode. */
  private final class Awaited {
    private final Call call;
    private final InstanceId instance;
    private final String path;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private boolean reading;
    private boolean again;

    Awaited(Call call, InstanceId instance, String path) {
      this.call = call;
      this.instance = instance;
      this.path = path;
    }

    void look() {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      CompletableFuture<Void> unused = call.read(path).thenAccept(node -> {
        reading = false;
        if (node.isPresent()) {
          take(node.get());
        } else if (again) {
          again = false;
          look();
        }
      });
    }

    private void take(Node node) {
      awaited.remove(path);
      // Nobody waits for this answer: the addressee removes what is left.
      CompletableFuture<Commit> unused =
          call.commit(ImmutableList.of(new Op.Delete(path, Op.ANY_VERSION)));
      reply.complete(reply(node));
    }
  }

  Dispatch(ClusterPaths paths, AccessControl access, Client client, String prefix) {
    this.paths = paths;
    this.access = access;
    this.client = client;
    this.prefix = prefix;
  }

  private static Reply reply(Node node) {
    Answer answer;
    try {
      answer = Call.decode(node, MessageCodecs.REPLY);
    } catch (ClientException e) {
      return new Reply.Failed(String.valueOf(e.getMessage()));
    }
    return switch (answer.result()) {
      case ANSWERED -> new Reply.Answered(answer.body());
      case FAILED -> new Reply.Failed(answer.body());
      case UNHANDLED -> new Reply.Unhandled();
    };
  }

  // Sessions.

  @Override
  public void connected(StoreSession now) {
    if (session == null || session.id() != now.id()) {
      session = now;
      watched.clear();
    }
    // What was awaited may have come meanwhile, and its watch may have been lost.
    ImmutableList.copyOf(awaited.values()).forEach(waits -> {
      watch(waits.instance);
      waits.look();
    });
  }

  @Override
  public void cutOff() {
    // Calls wait by themselves.
  }

  @Override
  public void refused(ClientException why) {
    // Each call is told.
  }

  private void watch(InstanceId instance) {
    if (session != null && watched.add(instance)) {
      session.watch(
          Mailbox.path(paths, instance),
          event -> {
            @Nullable Awaited waits = awaited.get(event.path());
            if (waits != null) {
              waits.look();
            }
          },
          ok -> {
            if (!ok) {
              watched.remove(instance);
            }
          });
    }
  }

  private void lookNowAndThen() {
    if (looking || awaited.isEmpty()) {
      return;
    }
    looking = true;
    Loop.Timer unused = client.loop().schedule(LOOK_EVERY, () -> {
      looking = false;
      awaited.values().removeIf(waits -> waits.call.isDone());
      ImmutableList.copyOf(awaited.values()).forEach(Awaited::look);
      lookNowAndThen();
    });
  }

  // Calls.

  /** Sends to each, and gathers what each says. */
  CompletableFuture<ImmutableSortedMap<InstanceId, Reply>> send(
      Call call, ImmutableSortedSet<InstanceId> to, Envelope envelope, Duration within) {
    CompletableFuture<Void> timeIsUp = new CompletableFuture<>();
    Loop.Timer timer = client.loop().schedule(within, () -> timeIsUp.complete(null));
    return each(to, instance -> one(call, instance, envelope, timeIsUp))
        .whenComplete((replies, failure) -> timer.cancel());
  }

  private CompletableFuture<Reply> one(
      Call call, InstanceId instance, Envelope envelope, CompletableFuture<Void> timeIsUp) {
    String id = nextId();
    String path = Mailbox.path(paths, instance) + "/";
    Awaited waits = new Awaited(call, instance, path + Mailbox.REPLY + id);
    awaited.put(waits.path, waits);
    watch(instance);
    lookNowAndThen();
    return deliver(call, instance, id, envelope, waits.reply::isDone).thenCompose(undelivered -> {
      if (undelivered.isPresent()) {
        awaited.remove(waits.path);
        return CompletableFuture.completedFuture(undelivered.get());
      }
      waits.look();
      CompletableFuture<Reply> late =
          timeIsUp.thenCompose(up -> withdraw(call, waits, path + Mailbox.MESSAGE + id));
      return waits.reply.applyToEither(late, reply -> reply);
    });
  }

  /** Takes a message back; a reply that came meanwhile counts. */
  private CompletableFuture<Reply> withdraw(Call call, Awaited waits, String message) {
    if (waits.reply.isDone()) {
      return waits.reply;
    }
    return call.commit(ImmutableList.of(new Op.Delete(message, Op.ANY_VERSION)))
        .thenCompose(commit -> call.readBack(waits.path))
        .thenApply(node -> {
          node.ifPresent(waits::take);
          awaited.remove(waits.path);
          return node.map(Dispatch::reply).orElse(new Reply.Unanswered());
        });
  }

  /** Leaves a message at each; says where that failed. */
  CompletableFuture<ImmutableSortedMap<InstanceId, Reply.Undelivered>> post(
      Call call, ImmutableSortedSet<InstanceId> to, Envelope envelope) {
    return each(to, instance -> deliver(call, instance, nextId(), envelope, () -> false))
        .thenApply(results -> {
          ImmutableSortedMap.Builder<InstanceId, Reply.Undelivered> failed =
              ImmutableSortedMap.naturalOrder();
          results.forEach((instance, why) -> why.ifPresent(w -> failed.put(instance, w)));
          return failed.buildOrThrow();
        });
  }

  private String nextId() {
    counter++;
    return prefix + "-" + counter;
  }

  /**
   * Leaves a message at an instance; says why if that can't be done.
   *
   * @param answered whether its reply was seen, and removed
   */
  private CompletableFuture<Optional<Reply.Undelivered>> deliver(
      Call call, InstanceId instance, String id, Envelope envelope, BooleanSupplier answered) {
    String mailbox = Mailbox.path(paths, instance);
    return call.children(mailbox).thenCompose(children -> {
      if (children.isEmpty()) {
        return undelivered("there is no such instance");
      }
      int waiting = children.get().size();
      if (waiting >= Messenger.MAX_WAITING) {
        return undelivered(waiting + " messages and replies wait there");
      }
      return create(
          call, mailbox, id, MessageCodecs.MESSAGE.encode(envelope), answered, Call.ATTEMPTS);
    });
  }

  private static CompletableFuture<Optional<Reply.Undelivered>> undelivered(String why) {
    return CompletableFuture.completedFuture(Optional.of(new Reply.Undelivered(why)));
  }

  private CompletableFuture<Optional<Reply.Undelivered>> create(
      Call call, String mailbox, String id, byte[] data, BooleanSupplier answered, int attempts) {
    String path = mailbox + "/" + Mailbox.MESSAGE + id;
    Op create = new Op.Create(path, data, Op.CreateMode.PERSISTENT, access.acl(paths, path));
    return call.commit(ImmutableList.of(create)).thenCompose(commit -> {
      if (commit instanceof Commit.Refused refused) {
        return refused.why() == Commit.Why.NODE_EXISTS
            ? CompletableFuture.completedFuture(Optional.empty())
            : undelivered("there is no such instance");
      }
      if (commit instanceof Commit.Applied) {
        return CompletableFuture.completedFuture(Optional.empty());
      }
      // Unknown: it waits there, or is answered already; otherwise it is sent again (rule R4).
      return call.readBack(path)
          .thenCompose(message -> call.read(mailbox + "/" + Mailbox.REPLY + id)
              .thenCompose(reply -> {
                if (message.isPresent() || reply.isPresent() || answered.getAsBoolean()) {
                  return CompletableFuture.completedFuture(Optional.empty());
                }
                return attempts > 1
                    ? create(call, mailbox, id, data, answered, attempts - 1)
                    : undelivered("the connection was lost again and again");
              }));
    });
  }

  private static <T> CompletableFuture<ImmutableSortedMap<InstanceId, T>> each(
      ImmutableSortedSet<InstanceId> to, Function<InstanceId, CompletableFuture<T>> one) {
    TreeMap<InstanceId, CompletableFuture<T>> all = new TreeMap<>();
    to.forEach(instance -> all.put(instance, one.apply(instance)));
    return CompletableFuture.allOf(all.values().toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> {
          ImmutableSortedMap.Builder<InstanceId, T> results = ImmutableSortedMap.naturalOrder();
          all.forEach((instance, result) -> results.put(instance, result.join()));
          return results.buildOrThrow();
        });
  }
}
