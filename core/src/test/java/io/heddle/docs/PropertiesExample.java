// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import io.heddle.properties.Property;
import io.heddle.properties.PropertyPath;
import io.heddle.properties.PropertyStore;
import io.heddle.properties.PropertyType;
import io.heddle.properties.Update;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** How processes share small values; {@code docs/properties.md} shows the parts. */
final class PropertiesExample implements AutoCloseable {
  // tag::paths[]
  static final PropertyType<Duration> DURATION =
      PropertyType.of("duration", Duration::toString, Duration::parse);
  static final PropertyPath TIMEOUT = PropertyPath.settings("writes/timeout");
  static final PropertyPath LAST = PropertyPath.shared("compaction/last");
  // end::paths[]

  private final PropertyStore properties;
  private final Runnable end;

  /** The timeout in force. */
  final AtomicReference<Duration> timeout = new AtomicReference<>(Duration.ofSeconds(1));

  PropertiesExample(Store store, String cluster) {
    // tag::listen[]
    properties = PropertyStore.builder(store, ThreadLoop::new, cluster).build();
    end = properties.listen(
        TIMEOUT,
        DURATION,
        (path, now) -> timeout.set(now.map(Property::value).orElse(Duration.ofSeconds(1))));
    // end::listen[]
  }

  /** Says what administrators say. */
  void setTimeout(Duration value) throws Exception {
    // tag::set[]
    properties.set(TIMEOUT, DURATION, value).toCompletableFuture().get(60, TimeUnit.SECONDS);
    // end::set[]
  }

  /** Notes a later month, unless somebody noted one that is as late; whether it did. */
  boolean note(String month) throws Exception {
    // tag::cas[]
    while (true) {
      Optional<Property<String>> last =
          properties.get(LAST, PropertyType.TEXT).toCompletableFuture().get(60, TimeUnit.SECONDS);
      if (last.isPresent() && last.get().value().compareTo(month) >= 0) {
        return false;
      }
      long revision = last.map(Property::revision).orElse(Property.ABSENT);
      Update<String> update = properties
          .compareAndSet(LAST, PropertyType.TEXT, revision, month)
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
      if (update instanceof Update.Done) {
        return true;
      }
    }
    // end::cas[]
  }

  @Override
  public void close() {
    end.run();
    properties.close();
  }
}
