// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.client.Call;
import io.heddle.client.Client;
import io.heddle.client.ClientException;
import io.heddle.runtime.LoopFactory;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Small typed values that processes of a cluster share: settings, and what participants agree on.
 * Thread-safe.
 *
 * <p>Every call returns at once; its stage completes on the store's loop: do not block there. It
 * fails with a {@link ClientException}, at the latest when the bound is over. A read shows all that
 * was written before it by anybody. A write of unknown outcome is read back, so a stage that
 * completes without a failure tells what is so.
 */
public final class PropertyStore implements AutoCloseable {
  /** Most bytes of a property, its type and JSON included. */
  public static final int MAX_BYTES = 64 * 1024;

  /** About how many properties may lie side by side. */
  public static final int MAX_CHILDREN = 1_000;

  /** Most listeners of one store. */
  public static final int MAX_LISTENERS = 100;

  private final Client client;
  private final PropertyCalls properties;
  private final Listening listening;
  private final Duration bound;

  private PropertyStore(Builder builder) {
    String cluster = builder.paths.cluster();
    this.bound = builder.bound;
    this.client = new Client(
        "property store of cluster " + cluster,
        builder.store,
        builder.loops.newLoop("heddle-" + cluster + "-properties"),
        new SessionOptions(builder.sessionTimeout, builder.credentials));
    this.properties = new PropertyCalls(
        builder.paths,
        builder.access == null ? AccessControl.open() : builder.access,
        builder.ids.get());
    this.listening = new Listening(builder.paths, client);
  }

  /**
   * Starts to describe a store.
   *
   * @param store where the cluster is kept; not owned
   * @param loops makes the loop, which it owns
   * @param cluster the cluster's name
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(Store store, LoopFactory loops, String cluster) {
    return new Builder(store, loops, new ClusterPaths(cluster));
  }

  private <T> CompletionStage<T> call(
      PropertyPath path, Function<Call, CompletableFuture<T>> steps) {
    return client.call("property " + path, bound, steps);
  }

  /** The property, if it exists. Fails with {@code INVALID} if it is of another type. */
  public <T> CompletionStage<Optional<Property<T>>> get(PropertyPath path, PropertyType<T> type) {
    return call(path, call -> properties.get(call, path, type));
  }

  /** The names right below a path, whether they have a value or only children; sorted. */
  public CompletionStage<ImmutableSortedSet<String>> children(PropertyPath path) {
    return call(path, call -> properties.children(call, path));
  }

  /** Sets a property, whatever it was, of whatever type. */
  public <T> CompletionStage<Property<T>> set(PropertyPath path, PropertyType<T> type, T value) {
    return call(path, call -> properties.set(call, path, type, value));
  }

  /**
   * Sets a property if nobody changed it.
   *
   * @param revision {@link Property#revision} of what was read, or {@link Property#ABSENT} if it
   *     must not exist
   */
  public <T> CompletionStage<Update<T>> compareAndSet(
      PropertyPath path, PropertyType<T> type, long revision, T value) {
    return call(path, call -> properties.compareAndSet(call, path, type, revision, value));
  }

  /**
   * Deletes a property if nobody changed it; properties below it stay.
   *
   * @param revision {@link Property#revision} of what was read
   */
  public <T> CompletionStage<Update<T>> compareAndDelete(
      PropertyPath path, PropertyType<T> type, long revision) {
    return call(path, call -> properties.compareAndDelete(call, path, type, revision));
  }

  /**
   * Deletes a property, whatever it was; properties below it stay.
   *
   * @return whether it existed
   */
  public CompletionStage<Boolean> delete(PropertyPath path) {
    return call(path, call -> properties.delete(call, path));
  }

  /**
   * Tells of a property and of all below it: first of those that exist, then of each that differs.
   * A property of another type, or one that can't be read, is told as if it were absent, and
   * logged.
   *
   * @return ends it; to be called by any thread
   * @throws IllegalStateException if there are {@link #MAX_LISTENERS} already
   */
  public <T> Runnable listen(
      PropertyPath path, PropertyType<T> type, PropertyListener<T> listener) {
    return listening.add(path, type, listener);
  }

  /** Ends the session. Calls that are under way fail; listeners are told no more. */
  @Override
  public void close() {
    listening.close();
    client.close();
  }

  /** Describes a store. Not thread-safe. */
  public static final class Builder {
    private final Store store;
    private final LoopFactory loops;
    private final ClusterPaths paths;
    private List<Credential> credentials = List.of();
    private @Nullable AccessControl access;
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private Duration bound = Duration.ofSeconds(30);
    private Supplier<String> ids = () -> UUID.randomUUID().toString();

    private Builder(Store store, LoopFactory loops, ClusterPaths paths) {
      this.store = store;
      this.loops = loops;
      this.paths = paths;
    }

    /**
     * Restricts who may do what. Without it everybody may do everything, and a warning is logged.
     *
     * @param own proves which role this is; it decides what may be written
     * @param control the identities of all roles
     */
    public Builder secured(Credential own, AccessControl control) {
      this.credentials = List.of(own);
      this.access = control;
      return this;
    }

    /** Sets the session timeout to ask for; 30 s unless set. */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = timeout;
      return this;
    }

    /** Sets how long a call may take; 30 s unless set. */
    public Builder bound(Duration within) {
      if (within.isZero() || within.isNegative()) {
        throw new IllegalArgumentException("the bound must be above zero, not " + within);
      }
      this.bound = within;
      return this;
    }

    /** Sets where the beginning of write ids comes from; a random UUID unless set. */
    public Builder ids(Supplier<String> unique) {
      this.ids = unique;
      return this;
    }

    /** The store; it connects with the first call or listener. */
    public PropertyStore build() {
      return new PropertyStore(this);
    }
  }
}
