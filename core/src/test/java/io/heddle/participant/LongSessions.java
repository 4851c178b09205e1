// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.function.Consumer;

/** A store that grants no session timeout below four seconds. */
record LongSessions(Store store) implements Store {
  private static final Duration LEAST = Duration.ofSeconds(4);

  @Override
  public StoreSession open(SessionOptions options, Loop loop, Consumer<SessionEvent> listener) {
    Duration timeout = options.timeout().compareTo(LEAST) < 0 ? LEAST : options.timeout();
    return store.open(new SessionOptions(timeout, options.credentials()), loop, listener);
  }

  @Override
  public void close() {
    store.close();
  }
}
