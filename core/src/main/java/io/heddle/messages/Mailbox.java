// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import com.google.common.collect.ImmutableMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.participant.ExtensionContext;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.MessageCodecs;
import io.heddle.schema.MessageCodecs.Answer;
import io.heddle.schema.MessageCodecs.Envelope;
import io.heddle.schema.MessageCodecs.Result;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one instance, over all its incarnations. Confined to the participant's loop.
 *
 * <p>Level-triggered: {@link #work} looks at all that is there and starts what may start. The
 * answer is written in the transaction that deletes the message, under the check of the
 * incarnation; what has an unknown outcome is written again when it is still there.
 */
final class Mailbox {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  /** A reply is kept no longer than this for its sender. */
  static final Duration MAX_KEEP = Duration.ofHours(1);

  static final String MESSAGE = "m-";
  static final String REPLY = "r-";

  private final ImmutableMap<String, MessageHandler> handlers;
  private final Executor executor;
  private final int slots;

  /** By id what runs. */
  private final Set<String> running = new HashSet<>();

  /** By id what was answered, and is not known to be written. */
  private final TreeMap<String, Answer> answers = new TreeMap<>();

  /** By id what is being written. */
  private final Set<String> writing = new HashSet<>();

  /** By id what is written, but not yet seen to be gone. */
  private final Set<String> written = new HashSet<>();

  /** Replies that will be removed if their sender does not. */
  private final TreeMap<String, Loop.Timer> kept = new TreeMap<>();

  private @Nullable ExtensionContext context;
  private boolean leaving;

  Mailbox(ImmutableMap<String, MessageHandler> handlers, Executor executor, int slots) {
    this.handlers = handlers;
    this.executor = executor;
    this.slots = slots;
  }

  static String path(ClusterPaths paths, InstanceId instance) {
    return paths.in("messages", instance.name());
  }

  void registered(ExtensionContext next) {
    context = next;
    leaving = false;
    written.clear();
    writing.clear();
    work();
  }

  void leaving() {
    leaving = true;
  }

  boolean isDrained() {
    return running.isEmpty() && answers.isEmpty();
  }

  void ended() {
    context = null;
    kept.values().forEach(Loop.Timer::cancel);
    kept.clear();
  }

  /** Looks at all that is there. */
  void work() {
    @Nullable ExtensionContext now = context;
    if (now == null) {
      return;
    }
    List<CachedNode> messages = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (String path : now.documentsBelow(path(now.paths(), now.instance()))) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      Optional<CachedNode> node = now.document(path);
      if (name.startsWith(MESSAGE) && node.isPresent()) {
        messages.add(node.get());
        ids.add(id(path));
      } else if (name.startsWith(REPLY) && node.isPresent()) {
        keep(now, node.get());
      }
    }
    written.retainAll(ids);
    kept.entrySet().removeIf(entry -> {
      boolean gone = now.document(entry.getKey()).isEmpty();
      if (gone) {
        entry.getValue().cancel();
      }
      return gone;
    });
    // Taken back by the sender, or written by an attempt whose outcome was not known.
    answers.keySet().removeIf(id -> !ids.contains(id) && !writing.contains(id));
    messages.sort(Comparator.comparingLong(node -> node.stat().czxid()));
    for (CachedNode node : messages) {
      consider(now, node);
    }
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1 + MESSAGE.length());
  }

  private void consider(ExtensionContext now, CachedNode node) {
    String id = id(node.path());
    if (written.contains(id) || running.contains(id)) {
      return;
    }
    @Nullable Answer answer = answers.get(id);
    if (answer != null) {
      write(now, node, answer);
    } else if (!leaving && now.isLeaseHeld() && running.size() < slots) {
      start(now, node, id);
    }
  }

  private void start(ExtensionContext now, CachedNode node, String id) {
    Envelope envelope;
    try {
      envelope = node.decode(MessageCodecs.MESSAGE);
    } catch (UnreadableException e) {
      log.error("{}: a message is removed: {}", now.instance(), e.getMessage());
      answer(now, node, new Answer(Result.UNHANDLED, "", 0));
      return;
    }
    long keep = Math.min(envelope.keepMillis(), MAX_KEEP.toMillis());
    @Nullable MessageHandler handler = handlers.get(envelope.type());
    if (handler == null) {
      log.warn("{}: nobody handles messages of type {}", now.instance(), envelope.type());
      answer(now, node, new Answer(Result.UNHANDLED, "", keep));
      return;
    }
    running.add(id);
    Loop loop = now.loop();
    Message message =
        new Message(id, envelope.from(), envelope.type(), envelope.criteria(), envelope.body());
    executor.execute(() -> {
      Answer answer = handle(handler, message, keep);
      loop.execute(() -> returned(id, answer));
    });
  }

  /** On a thread of the handlers'. */
  private static Answer handle(MessageHandler handler, Message message, long keep) {
    try {
      String body = handler.handle(message);
      int size = body.getBytes(StandardCharsets.UTF_8).length;
      return size <= Messenger.MAX_BODY_BYTES
          ? new Answer(Result.ANSWERED, body, keep)
          : new Answer(
              Result.FAILED,
              "the answer has " + size + " bytes, above " + Messenger.MAX_BODY_BYTES,
              keep);
    } catch (Exception | Error e) {
      // The user's code: it harms its own message only, and the sender is told.
      log.warn("The handler of message {} of type {} failed", message.id(), message.type(), e);
      return new Answer(Result.FAILED, Names.printable(e.toString()), keep);
    }
  }

  private void returned(String id, Answer answer) {
    running.remove(id);
    answers.put(id, answer);
    work();
  }

  private void answer(ExtensionContext now, CachedNode node, Answer answer) {
    answers.put(id(node.path()), answer);
    write(now, node, answer);
  }

  private void write(ExtensionContext now, CachedNode node, Answer answer) {
    String id = id(node.path());
    if (!writing.add(id)) {
      return;
    }
    List<Op> ops = new ArrayList<>();
    ops.add(new Op.Delete(node.path(), Op.ANY_VERSION));
    if (answer.keepMillis() > 0) {
      ops.add(now.create(
          path(now.paths(), now.instance()) + "/" + REPLY + id,
          MessageCodecs.REPLY.encode(answer)));
    }
    now.commit(ops, commit -> {
      if (context == now) {
        writing.remove(id);
        written(now, id, commit);
      }
    });
  }

  private void written(ExtensionContext now, String id, Commit commit) {
    if (commit instanceof Commit.Unknown) {
      // It is read again after the reconnect, and written again if it is still there.
      return;
    }
    if (commit instanceof Commit.Refused refused) {
      if (refused.index() == 0) {
        // The incarnation is over: the next one writes it.
        return;
      }
      if (refused.why() == Commit.Why.NODE_EXISTS) {
        // The message came again, and has its reply already.
        answers.computeIfPresent(id, (i, answer) -> new Answer(answer.result(), "", 0));
        work();
        return;
      }
      if (refused.why() == Commit.Why.NO_AUTH) {
        log.error("{}: {} may not be changed", now.instance(), refused.path());
      }
    }
    // Applied; or refused, because its sender took it back.
    answers.remove(id);
    written.add(id);
    work();
  }

  /** Sees to it that a reply is removed, should its sender not come for it. */
  private void keep(ExtensionContext now, CachedNode node) {
    if (kept.containsKey(node.path())) {
      return;
    }
    long millis = 0;
    try {
      millis = Math.min(node.decode(MessageCodecs.REPLY).keepMillis(), MAX_KEEP.toMillis());
    } catch (UnreadableException e) {
      log.error("{}: a reply is removed: {}", now.instance(), e.getMessage());
    }
    Op delete = new Op.Delete(node.path(), Op.ANY_VERSION);
    // Refused if its sender was faster. What has an unknown outcome is kept once more.
    kept.put(
        node.path(),
        now.loop()
            .schedule(
                Duration.ofMillis(millis),
                () -> now.commit(List.of(delete), commit -> {
                  if (context == now && commit instanceof Commit.Unknown) {
                    kept.remove(node.path());
                  }
                })));
  }
}
