// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import io.heddle.task.TaskException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workflows whose end somebody waits for, kept current by one watch. Level-triggered: an event
 * only asks for a read of the workflow's progress; at most one read of each is under way. Confined
 * to the driver's loop.
 */
final class Following {
  /** Most workflows that are followed at a time. */
  static final int MAX_FOLLOWED = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Following.class);

  private final ClusterPaths paths;
  private final TreeMap<WorkflowKey, Followed> followed = new TreeMap<>();
  private final TreeMap<String, WorkflowKey> byPath = new TreeMap<>();
  private @Nullable StoreSession watched;

  /** One workflow. */
  private static final class Followed {
    private final List<Waiter> waiters = new ArrayList<>();
    private @Nullable WorkflowStatus told;
    private boolean reading;
    private boolean again;
  }

  /** Somebody who waits for its end. */
  private record Waiter(CompletableFuture<WorkflowStatus> end, Consumer<WorkflowStatus> listener) {}

  Following(ClusterPaths paths) {
    this.paths = paths;
  }

  void add(
      WorkflowKey key, CompletableFuture<WorkflowStatus> end, Consumer<WorkflowStatus> listener) {
    if (!followed.containsKey(key) && followed.size() >= MAX_FOLLOWED) {
      end.completeExceptionally(new TaskException(
          Kind.TOO_LARGE, MAX_FOLLOWED + " workflows are followed; no more are allowed"));
      return;
    }
    Followed entry = followed.computeIfAbsent(key, k -> new Followed());
    // Those who gave up waiting are forgotten when somebody else begins to.
    entry.waiters.removeIf(waiter -> waiter.end().isDone());
    entry.waiters.add(new Waiter(end, listener));
    if (entry.told != null) {
      tell(listener, entry.told);
    }
    byPath.put(TaskPaths.progress(paths, key.name()), key);
    byPath.put(TaskPaths.spec(paths, key.name()), key);
  }

  /** Connected: what happened meanwhile was not told. */
  void connected(StoreSession session, boolean isNew) {
    if (isNew) {
      watched = null;
      followed.values().forEach(entry -> entry.reading = false);
    }
    for (WorkflowKey key : List.copyOf(followed.keySet())) {
      look(key, session);
    }
  }

  private void watch(StoreSession session) {
    if (watched == session) {
      return;
    }
    watched = session;
    for (String section : List.of("progress", "workflows")) {
      session.watch(
          paths.in(section),
          event -> {
            @Nullable WorkflowKey key = byPath.get(event.path());
            if (key != null) {
              look(key, session);
            }
          },
          ok -> {
            if (!ok && watched == session) {
              // The connection's return looks again, and sets the watch anew.
              watched = null;
            }
          });
    }
  }

  /** Reads how far a workflow is. The watch is set before: it is told in the same order. */
  void look(WorkflowKey key, StoreSession session) {
    @Nullable Followed entry = followed.get(key);
    if (entry == null) {
      return;
    }
    watch(session);
    if (entry.reading) {
      entry.again = true;
      return;
    }
    entry.reading = true;
    entry.again = false;
    List<String> both =
        List.of(TaskPaths.progress(paths, key.name()), TaskPaths.spec(paths, key.name()));
    session.readAll(both, reads -> {
      entry.reading = false;
      if (reads.stream().allMatch(r -> r instanceof Read.Found || r instanceof Read.Absent)) {
        read(key, entry, reads.get(0), reads.get(1));
        if (entry.again) {
          look(key, session);
        }
      }
    });
  }

  private void read(WorkflowKey key, Followed entry, Read progressRead, Read specRead) {
    boolean isThere =
        specRead instanceof Read.Found spec && spec.node().stat().czxid() == key.uid();
    if (!isThere) {
      end(key, entry);
      TaskException gone =
          new TaskException(Kind.ABSENT, "workflow " + key.name() + " was deleted");
      entry.waiters.forEach(waiter -> waiter.end().completeExceptionally(gone));
      return;
    }
    WorkflowProgress progress = WorkflowProgress.notStarted(key.uid());
    if (progressRead instanceof Read.Found found) {
      try {
        progress = new CachedNode(found.node()).decode(ProgressCodecs.WORKFLOW);
      } catch (UnreadableException e) {
        log.error("The progress of {} is not followed: {}", key, e.getMessage());
        return;
      }
    }
    if (progress.uid() == key.uid()) {
      tell(key, entry, WorkflowStatus.of(key.name(), progress));
    }
  }

  private void tell(WorkflowKey key, Followed entry, WorkflowStatus status) {
    if (!status.equals(entry.told)) {
      entry.told = status;
      List.copyOf(entry.waiters).forEach(waiter -> tell(waiter.listener(), status));
    }
    if (status.state().isFinal()) {
      end(key, entry);
      entry.waiters.forEach(waiter -> waiter.end().complete(status));
    }
  }

  private static void tell(Consumer<WorkflowStatus> listener, WorkflowStatus status) {
    try {
      listener.accept(status);
    } catch (RuntimeException e) {
      log.error("A listener of workflow {} failed", status.name(), e);
    }
  }

  private void end(WorkflowKey key, Followed entry) {
    followed.remove(key);
    entry.again = false;
    byPath.values().removeIf(key::equals);
  }

  void fail(TaskException why) {
    List<Followed> all = new ArrayList<>(followed.values());
    followed.clear();
    byPath.clear();
    all.forEach(entry -> entry.waiters.forEach(waiter -> waiter.end().completeExceptionally(why)));
  }
}
