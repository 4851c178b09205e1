// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Names;
import io.heddle.model.Reason;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.UnreadableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workflows that a reign knows, decoded. A view is made anew only when a document of its
 * workflow changed, and ended ones are set aside: a pass costs what is under way, not what was.
 * Confined to the controller's loop.
 */
final class Workflows {
  /** How many ended workflows a snapshot names. */
  private static final int EXPIRING = 100;

  private static final Logger log = LoggerFactory.getLogger(Workflows.class);

  private final ClusterPaths paths;
  private final Map<String, Entry> entries = new HashMap<>();
  private final TreeMap<String, WorkflowView> active = new TreeMap<>();
  private final TreeMap<Long, TreeMap<String, WorkflowView>> ended = new TreeMap<>();
  private final Map<String, Long> endedAt = new HashMap<>();
  private final TreeMap<String, Reason> unreadable = new TreeMap<>();
  private @Nullable ImmutableSortedMap<String, WorkflowView> activeNow;

  /** All documents of one workflow. */
  private static final class Entry {
    private @Nullable CachedNode spec;
    private @Nullable CachedNode progress;
    private final TreeMap<String, CachedNode> chunks = new TreeMap<>();

    boolean isEmpty() {
      return spec == null && progress == null && chunks.isEmpty();
    }
  }

  Workflows(ClusterPaths paths) {
    this.paths = paths;
  }

  /** A spec changed, or is gone. */
  void spec(String workflow, @Nullable CachedNode node) {
    entry(workflow).spec = node;
    refresh(workflow);
  }

  /** A workflow's progress changed, or is gone. */
  void progress(String workflow, @Nullable CachedNode node) {
    entry(workflow).progress = node;
    refresh(workflow);
  }

  /** A part of a workflow's progress changed, or is gone. */
  void chunk(String workflow, String name, @Nullable CachedNode node) {
    if (node == null) {
      entry(workflow).chunks.remove(name);
    } else {
      entry(workflow).chunks.put(name, node);
    }
    refresh(workflow);
  }

  private Entry entry(String workflow) {
    return entries.computeIfAbsent(workflow, w -> new Entry());
  }

  private void refresh(String workflow) {
    Entry entry = entry(workflow);
    forget(workflow);
    if (entry.isEmpty()) {
      entries.remove(workflow);
      return;
    }
    if (entry.spec == null) {
      return;
    }
    try {
      place(workflow, view(workflow, entry, entry.spec));
    } catch (UnreadableException e) {
      String detail = Names.printable(String.valueOf(e.getMessage()));
      log.warn("{}; workflow {} is left alone, and all else goes on", detail, workflow);
      unreadable.put(workflow, new Reason(Reason.Code.UNREADABLE, workflow, detail));
    }
  }

  private void forget(String workflow) {
    activeNow = null;
    active.remove(workflow);
    unreadable.remove(workflow);
    @Nullable Long at = endedAt.remove(workflow);
    if (at != null) {
      ended.computeIfPresent(at, (time, all) -> {
        all.remove(workflow);
        return all.isEmpty() ? null : all;
      });
    }
  }

  private void place(String workflow, WorkflowView view) {
    boolean isEnded = view.progress().state().isFinal()
        && view.document().target() != WorkflowDocument.Target.DELETE;
    if (isEnded) {
      long at = view.progress().endedMillis() + view.document().spec().expiry().toMillis();
      endedAt.put(workflow, at);
      ended.computeIfAbsent(at, time -> new TreeMap<>()).put(workflow, view);
    } else {
      active.put(workflow, view);
    }
  }

  private WorkflowView view(String workflow, Entry entry, CachedNode spec) {
    WorkflowKey key = new WorkflowKey(workflow, spec.stat().czxid());
    WorkflowDocument document = decode(spec, SpecCodec.WORKFLOW);
    if (!document.spec().name().equals(workflow)) {
      throw new UnreadableException(
          spec.path() + " is of workflow " + Names.printable(document.spec().name()));
    }
    Map<String, Integer> sizes = new HashMap<>();
    WorkflowProgress progress = WorkflowProgress.notStarted(key.uid());
    @Nullable CachedNode written = entry.progress;
    if (written != null) {
      sizes.put(written.path(), written.data().length);
      WorkflowProgress found = decode(written, ProgressCodecs.WORKFLOW);
      if (found.uid() == key.uid()) {
        progress = found;
      }
    }
    Map<String, TaskRuns> tasks = new HashMap<>();
    TreeMap<String, TreeMap<Integer, TaskRuns>> chunks = new TreeMap<>();
    for (Map.Entry<String, CachedNode> chunk : entry.chunks.entrySet()) {
      sizes.put(chunk.getValue().path(), chunk.getValue().data().length);
      TaskPaths.Chunk.of(chunk.getKey())
          .filter(c -> !c.results())
          .ifPresent(c -> chunks
              .computeIfAbsent(c.job(), j -> new TreeMap<>())
              .put(c.chunk(), decode(chunk.getValue(), ProgressCodecs.STATES)));
    }
    chunks.forEach((job, parts) -> {
      TaskRuns all = TaskRuns.EMPTY;
      for (TaskRuns part : parts.values()) {
        all = all.then(part);
      }
      tasks.put(job, all);
    });
    return WorkflowView.of(key, document, progress, tasks, sizes);
  }

  private static <T> T decode(CachedNode node, Codec<T> codec) {
    return node.decode(codec);
  }

  /** Whether a workflow has not ended. */
  boolean isActive(WorkflowKey key) {
    return Optional.ofNullable(active.get(key.name()))
        .filter(view -> view.key().equals(key) && !view.progress().state().isFinal())
        .isPresent();
  }

  /** Those that have not ended, or are to be deleted. */
  ImmutableSortedMap<String, WorkflowView> active() {
    if (activeNow == null) {
      activeNow = ImmutableSortedMap.copyOfSorted(active);
    }
    return activeNow;
  }

  /** Those that have ended, the first to expire first; not all. */
  ImmutableList<TaskSection.Expiring> expiring() {
    ImmutableList.Builder<TaskSection.Expiring> first = ImmutableList.builder();
    int count = 0;
    for (Map.Entry<Long, TreeMap<String, WorkflowView>> group : ended.entrySet()) {
      for (WorkflowView view : group.getValue().values()) {
        if (count++ == EXPIRING) {
          return first.build();
        }
        List<String> documents = view.documents();
        first.add(new TaskSection.Expiring(
            view.key(),
            group.getKey(),
            ImmutableList.<String>builder()
                .addAll(documents)
                .add(TaskPaths.spec(paths, view.key().name()))
                .build()));
      }
    }
    return first.build();
  }

  ImmutableSortedMap<String, Reason> unreadable() {
    return ImmutableSortedMap.copyOfSorted(unreadable);
  }
}
