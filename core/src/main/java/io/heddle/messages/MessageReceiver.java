// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.participant.ExtensionContext;
import io.heddle.participant.ParticipantExtension;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages for an instance: an extension of its participant. Thread-safe.
 *
 * <pre>{@code
 * MessageReceiver receiver = MessageReceiver.builder()
 *     .handler("compact", message -> compact(message.body()))
 *     .build();
 * HeddleParticipant.builder(store, "orders", "DB-1").extension(receiver)…
 * }</pre>
 *
 * <p>Messages are handled in the order in which they were sent, as many at a time as there are
 * threads; the others wait in the store. A handler that never returns keeps its thread. None is
 * started while the participant's lease is lost.
 */
public final class MessageReceiver implements ParticipantExtension {
  private final Mailbox mailbox;

  private MessageReceiver(Builder builder) {
    @Nullable Executor given = builder.executor;
    this.mailbox = new Mailbox(
        ImmutableMap.copyOf(builder.handlers),
        given == null ? pool(builder.threads) : given,
        builder.threads);
  }

  /** Daemon threads that end when they have nothing to do, so that nobody must close them. */
  private static Executor pool(int threads) {
    AtomicInteger numbers = new AtomicInteger();
    @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    // The queue is bounded: no more is handed over than there are threads.
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "heddle-messages-" + numbers.incrementAndGet());
          thread.setDaemon(true);
          thread.setContextClassLoader(loader);
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Starts to describe a receiver. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public ImmutableList<TreeRoot> roots(ClusterPaths paths, InstanceId instance) {
    return ImmutableList.of(TreeRoot.watched(Mailbox.path(paths, instance), 1));
  }

  @Override
  public void registered(ExtensionContext context) {
    mailbox.registered(context);
  }

  @Override
  public void changed(ImmutableSortedSet<String> paths) {
    mailbox.work();
  }

  @Override
  public void leaseLost() {
    // What runs goes on: a message gives no right to anything. Nothing is started; see Mailbox.
  }

  @Override
  public void leaseRegained() {
    mailbox.work();
  }

  @Override
  public void leaving() {
    mailbox.leaving();
  }

  @Override
  public boolean isDrained() {
    return mailbox.isDrained();
  }

  @Override
  public void ended(Runnable done) {
    // What runs goes on, and is answered under the next incarnation: at least once, and known by
    // its id meanwhile, so that it does not run twice at a time in this process.
    mailbox.ended();
    done.run();
  }

  /** Describes a receiver. Not thread-safe. */
  public static final class Builder {
    private final Map<String, MessageHandler> handlers = new LinkedHashMap<>();
    private int threads = 4;
    private @Nullable Executor executor;

    private Builder() {}

    /**
     * Says who handles messages of a type.
     *
     * @throws IllegalArgumentException if the type is no name, or has a handler already
     */
    public Builder handler(String type, MessageHandler handler) {
      if (handlers.putIfAbsent(Names.check("message type", type), handler) != null) {
        throw new IllegalArgumentException("message type " + type + " has a handler already");
      }
      return this;
    }

    /** Sets how many messages are handled at a time, 1 to 100; 4 by default. */
    public Builder threads(int count) {
      if (count < 1 || count > 100) {
        throw new IllegalArgumentException("threads must be 1 to 100, not " + count);
      }
      this.threads = count;
      return this;
    }

    /** Runs handlers elsewhere than on threads of the receiver's own; not closed by it. */
    public Builder executor(Executor elsewhere) {
      this.executor = elsewhere;
      return this;
    }

    /** The receiver, for one participant. */
    public MessageReceiver build() {
      return new MessageReceiver(this);
    }
  }
}
