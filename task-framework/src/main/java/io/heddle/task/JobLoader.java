// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.heddle.participant.ExtensionContext;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.Codec;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Node;
import io.heddle.store.Read;
import io.heddle.task.JobProgress.Place;
import io.heddle.task.ProgressCodecs.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a participant needs to know of its jobs: the spec, and the results of the parents,
 * which have ended and so do not change. Confined to the participant's loop, and to one
 * incarnation.
 */
final class JobLoader {
  /** Jobs that are remembered. */
  private static final int REMEMBERED = 100;

  /** Before what could not be read is read again. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(JobLoader.class);

  private final ExtensionContext context;
  private final Listener listener;
  private final Set<JobKey> loading = new HashSet<>();
  private boolean closed;
  private final Map<JobKey, JobContext> known = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<JobKey, JobContext> eldest) {
      return size() > REMEMBERED;
    }
  };

  /** Told on the loop. */
  interface Listener {
    /** What a job is. */
    void loaded(JobContext job);

    /** There is no such job any more. */
    void gone(JobKey job);

    /** What a job is cannot be read. */
    void unreadable(JobKey job, String why);
  }

  JobLoader(ExtensionContext context, Listener listener) {
    this.context = context;
    this.listener = listener;
  }

  void close() {
    closed = true;
  }

  /** Finds out what a job is; the listener is told. */
  void load(JobKey job) {
    @Nullable JobContext found = known.get(job);
    if (found != null) {
      listener.loaded(found);
    } else if (loading.add(job)) {
      read(job);
    }
  }

  private void read(JobKey job) {
    String workflow = job.workflow().name();
    List<String> paths = List.of(
        TaskPaths.spec(context.paths(), workflow), TaskPaths.progress(context.paths(), workflow));
    context.readAll(
        paths, reads -> guarded(job, reads, () -> parents(job, reads.get(0), reads.get(1))));
  }

  private void guarded(JobKey job, List<Read> reads, Runnable then) {
    if (closed) {
      return;
    }
    if (reads.stream().anyMatch(read -> read instanceof Read.Unavailable)) {
      Loop.Timer unused = context.loop().schedule(PAUSE, () -> {
        if (!closed) {
          read(job);
        }
      });
      return;
    }
    try {
      then.run();
    } catch (UnreadableException | IllegalArgumentException e) {
      log.error("Job {} can't be run: {}", job, e.getMessage());
      loading.remove(job);
      listener.unreadable(job, String.valueOf(e.getMessage()));
    }
  }

  private void parents(JobKey job, Read specRead, Read progressRead) {
    Optional<Node> spec =
        node(specRead).filter(n -> n.stat().czxid() == job.workflow().uid());
    Optional<JobSpec> found = spec.flatMap(n -> decode(n, SpecCodec.WORKFLOW).spec().jobs().stream()
        .filter(j -> j.name().equals(job.job()))
        .findFirst());
    if (found.isEmpty()) {
      loading.remove(job);
      listener.gone(job);
      return;
    }
    WorkflowProgress progress = node(progressRead)
        .map(n -> decode(n, ProgressCodecs.WORKFLOW))
        .orElse(WorkflowProgress.notStarted(job.workflow().uid()));
    List<String> paths = new ArrayList<>();
    for (String parent : found.get().parents()) {
      paths.addAll(chunks(job, parent, progress.job(parent)));
    }
    if (paths.isEmpty()) {
      done(job, found.get(), progress, ImmutableList.of());
    } else {
      context.readAll(
          paths, reads -> guarded(job, reads, () -> done(job, found.get(), progress, reads)));
    }
  }

  private List<String> chunks(JobKey job, String parent, JobProgress progress) {
    List<String> paths = new ArrayList<>();
    if (progress.place() == Place.CHUNKS) {
      for (int first = 0; first < progress.total(); first += TaskPaths.RESULTS_PER_CHUNK) {
        paths.add(TaskPaths.results(
            context.paths(), job.workflow().name(), parent, first / TaskPaths.RESULTS_PER_CHUNK));
      }
    }
    return paths;
  }

  private void done(JobKey job, JobSpec spec, WorkflowProgress progress, List<Read> reads) {
    Map<String, Results> chunks = new LinkedHashMap<>();
    for (Read read : reads) {
      node(read).ifPresent(n -> chunks.put(n.path(), decode(n, ProgressCodecs.RESULTS)));
    }
    ImmutableMap.Builder<String, ImmutableList<String>> results = ImmutableMap.builder();
    for (String parent : spec.parents()) {
      JobProgress of = progress.job(parent);
      String[] byTask = new String[of.total()];
      java.util.Arrays.fill(byTask, "");
      of.results().forEach((task, result) -> byTask[task] = result);
      for (String path : chunks(job, parent, of)) {
        @Nullable Results chunk = chunks.get(path);
        if (chunk != null) {
          chunk.byTask().forEach((task, result) -> byTask[task] = result);
        }
      }
      results.put(parent, ImmutableList.copyOf(byTask));
    }
    JobContext loaded = new JobContext(job, spec, results.buildOrThrow());
    loading.remove(job);
    known.put(job, loaded);
    listener.loaded(loaded);
  }

  private static Optional<Node> node(Read read) {
    return read instanceof Read.Found found ? Optional.of(found.node()) : Optional.empty();
  }

  private static <T> T decode(Node node, Codec<T> codec) {
    return new CachedNode(node).decode(codec);
  }
}
