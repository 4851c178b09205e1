// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import com.google.common.collect.ImmutableList;
import io.heddle.client.Client;
import io.heddle.client.ClientException;
import io.heddle.client.SessionFollower;
import io.heddle.runtime.Loop;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All listeners of a store, over all its sessions. Thread-safe; what it follows is on its loop. */
final class Listening implements SessionFollower {
  private static final Logger log = LoggerFactory.getLogger(Listening.class);

  /** About how often everything is compared again, lest a watch has failed. */
  private static final Duration CATCH_UP_EVERY = Duration.ofSeconds(60);

  private final ClusterPaths paths;
  private final Client client;
  private final List<Subscription<?>> subscriptions = new CopyOnWriteArrayList<>();
  private final AtomicInteger count = new AtomicInteger();
  private @Nullable StoreSession session;
  private boolean following;

  Listening(ClusterPaths paths, Client client) {
    this.paths = paths;
    this.client = client;
  }

  <T> Runnable add(PropertyPath path, PropertyType<T> type, PropertyListener<T> listener) {
    if (count.incrementAndGet() > PropertyStore.MAX_LISTENERS) {
      count.decrementAndGet();
      throw new IllegalStateException(
          "there are " + PropertyStore.MAX_LISTENERS + " listeners already; end some");
    }
    Subscription<T> subscription = new Subscription<>(paths, client.loop(), path, type, listener);
    client.loop().execute(() -> begin(subscription));
    return () -> client.loop().execute(() -> end(subscription));
  }

  private void begin(Subscription<?> subscription) {
    subscriptions.add(subscription);
    if (session != null) {
      subscription.connected(session);
    }
    if (!following) {
      following = true;
      client.follow(this);
      schedule();
    }
  }

  private void end(Subscription<?> subscription) {
    if (subscriptions.remove(subscription)) {
      subscription.close();
      count.decrementAndGet();
    }
  }

  private void schedule() {
    Loop.Timer unused = client.loop().schedule(CATCH_UP_EVERY, () -> {
      subscriptions.forEach(Subscription::catchUp);
      schedule();
    });
  }

  @Override
  public void connected(StoreSession now) {
    session = now;
    subscriptions.forEach(subscription -> subscription.connected(now));
  }

  @Override
  public void cutOff() {
    session = null;
    subscriptions.forEach(Subscription::cutOff);
  }

  @Override
  public void refused(ClientException why) {
    session = null;
    log.error("Listeners of properties are told nothing: {}", why.getMessage());
  }

  void close() {
    client.loop().execute(() -> {
      ImmutableList.copyOf(subscriptions).forEach(Subscription::close);
      subscriptions.clear();
    });
  }
}
