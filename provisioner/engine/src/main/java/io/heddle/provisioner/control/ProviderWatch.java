// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import io.heddle.model.ContainerId;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the provider was seen to run: by listing it again and again, and by the ends that it tells.
 * Confined to the controller's loop; answers of the provider hop there.
 *
 * <p>A list that the provider began before a call on a container had ended says nothing of that
 * container: such lists come late. A list without an answer is given up after a while, and another
 * is asked for.
 */
final class ProviderWatch {
  private static final Logger log = LoggerFactory.getLogger(ProviderWatch.class);

  private final Loop loop;
  private final String cluster;
  private final ContainerProvider provider;
  private final ProvisioningSettings settings;
  private final Runnable wakeUp;
  private final ContainerProvider.Registration registration;
  private final TreeMap<ContainerId, ContainerStatus> observed = new TreeMap<>();
  private final TreeMap<ContainerId, Long> touchedAt = new TreeMap<>();
  private final TreeSet<ContainerId> calling = new TreeSet<>();
  // Done, but not seen yet: until a list shows it, it looks as if it had to be asked for again.
  private final TreeSet<ContainerId> unseen = new TreeSet<>();
  private long clock;
  private boolean listed;
  private boolean listAgain;
  private boolean over;
  private Optional<String> trouble = Optional.empty();
  private @Nullable Listing listing;
  private Loop.@Nullable Timer relist;

  /**
   * Looks from now on.
   *
   * @param loop the controller's
   * @param cluster whose containers, for messages
   * @param provider what runs them
   * @param settings how long it waits
   * @param wakeUp asks for one more pass
   */
  ProviderWatch(
      Loop loop,
      String cluster,
      ContainerProvider provider,
      ProvisioningSettings settings,
      Runnable wakeUp) {
    this.loop = loop;
    this.cluster = cluster;
    this.provider = provider;
    this.settings = settings;
    this.wakeUp = wakeUp;
    this.registration = provider.listen(end -> loop.execute(() -> ended(end)));
    list();
  }

  /** Whether the provider has listed once. */
  boolean listed() {
    return listed;
  }

  /** What runs, as far as it was seen. */
  ImmutableSortedMap<ContainerId, ContainerStatus> observed() {
    return ImmutableSortedMap.copyOfSorted(observed);
  }

  /** Of which containers it is unknown how they stand: a call is under way, or was just done. */
  ImmutableSortedSet<ContainerId> unsettled() {
    return ImmutableSortedSet.copyOf(Sets.union(calling, unseen));
  }

  /** Why there is no newer list; empty if all is well. */
  Optional<String> trouble() {
    return trouble;
  }

  /** Forgets what is neither seen nor known. */
  void retain(Predicate<ContainerId> known) {
    touchedAt.keySet().removeIf(id -> !observed.containsKey(id) && !known.test(id));
  }

  boolean isObserved(ContainerId container) {
    return observed.containsKey(container);
  }

  // Calls on containers.

  /** A call begins: what lists say of the container means nothing until it has ended. */
  void called(ContainerId container) {
    calling.add(container);
  }

  /** A call was answered. What it has done is looked at before anything else is asked. */
  void answered(ContainerId container, CallKind kind) {
    settled(container);
    boolean ended = observed.get(container) instanceof ContainerStatus.Ended;
    switch (kind) {
      case ALLOCATE -> observed.putIfAbsent(container, new ContainerStatus.Allocated(container));
      case START, STOP -> {
        if (!ended) {
          unseen.add(container);
        }
        list();
      }
      case DEALLOCATE -> {
        observed.remove(container);
        list();
      }
    }
    wakeUp.run();
  }

  /** A call failed; what it has done all the same shows in the list. */
  void failed(ContainerId container) {
    settled(container);
    list();
    wakeUp.run();
  }

  private void settled(ContainerId container) {
    calling.remove(container);
    touchedAt.put(container, ++clock);
  }

  // What the provider tells.

  private void ended(ContainerEnd end) {
    if (over) {
      return;
    }
    log.info(
        "Container {} ended: {}{}{}",
        end.container(),
        end.reason(),
        end.exitCode().isPresent() ? ", exit code " + end.exitCode().getAsInt() : "",
        end.certified() ? ", certified" : "");
    observed.put(end.container(), new ContainerStatus.Ended(end));
    unseen.remove(end.container());
    touchedAt.put(end.container(), ++clock);
    wakeUp.run();
  }

  /** Looks now, or again when the present list is there. */
  void list() {
    if (over) {
      return;
    }
    if (listing != null) {
      listAgain = true;
      return;
    }
    listAgain = false;
    Listing begun = new Listing(++clock);
    listing = begun;
    begun.ask();
  }

  /** One list. */
  private final class Listing implements FutureCallback<ImmutableList<ContainerStatus>> {
    private final long begun;
    private final Loop.Timer bound;

    Listing(long begun) {
      this.begun = begun;
      this.bound = loop.schedule(
          settings.call(),
          () -> onFailure(new ContainerProviderException(
              ContainerProviderException.Kind.TIMED_OUT,
              "list had no answer within " + settings.call())));
    }

    void ask() {
      try {
        Futures.addCallback(provider.list(), this, loop);
      } catch (RuntimeException e) {
        // A provider tells failures by its futures; one that throws has failed all the same.
        onFailure(e);
      }
    }

    @Override
    public void onSuccess(@Nullable ImmutableList<ContainerStatus> result) {
      if (end()) {
        seen(Objects.requireNonNull(result), begun);
      }
    }

    @Override
    public void onFailure(Throwable failure) {
      if (end()) {
        log.warn("The provider of {} does not list", cluster, failure);
        trouble = Optional.of("the provider does not list what it runs: " + failure.getMessage());
        relistAfter(settings.retry());
        wakeUp.run();
      }
    }

    /** Whether it was waited for until now. */
    private boolean end() {
      if (over || listing != this) {
        return false;
      }
      listing = null;
      bound.cancel();
      return true;
    }
  }

  private void seen(List<ContainerStatus> result, long begun) {
    TreeMap<ContainerId, ContainerStatus> now = new TreeMap<>();
    result.forEach(status -> now.put(status.container(), status));
    TreeSet<ContainerId> all = new TreeSet<>(observed.keySet());
    all.addAll(now.keySet());
    all.addAll(unseen);
    for (ContainerId container : all) {
      if (calling.contains(container) || touchedAt.getOrDefault(container, 0L) > begun) {
        continue;
      }
      unseen.remove(container);
      @Nullable ContainerStatus status = now.get(container);
      if (status == null) {
        observed.remove(container);
      } else {
        observed.put(container, status);
      }
    }
    listed = true;
    trouble = Optional.empty();
    wakeUp.run();
    if (listAgain) {
      list();
    } else {
      relistAfter(settings.relist());
    }
  }

  private void relistAfter(Duration time) {
    if (relist != null) {
      relist.cancel();
    }
    relist = loop.schedule(time, this::list);
  }

  /** Looks no more. */
  void close() {
    over = true;
    registration.close();
    if (relist != null) {
      relist.cancel();
    }
    if (listing != null) {
      listing.bound.cancel();
    }
  }
}
