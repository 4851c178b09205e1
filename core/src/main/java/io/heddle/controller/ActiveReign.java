// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Pipeline;
import io.heddle.pipeline.Plan;
import io.heddle.pipeline.SectionKey;
import io.heddle.pipeline.Sections;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Waits;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeCache;
import io.heddle.schema.TreeRoot;
import io.heddle.store.Acl;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One controller's time in office, on one session: the edges of {@link ControllerLoop}. Confined to
 * the controller's loop.
 */
final class ActiveReign implements ControllerLoop.Reign, TreeCache.Listener {
  private static final Logger log = LoggerFactory.getLogger(ActiveReign.class);

  /** How often everything is compared with ZooKeeper, in case a watch event was missed. */
  static final Duration CATCH_UP = Duration.ofSeconds(60);

  /** How long after a pass that failed the next one is tried. */
  private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

  private final ClusterPaths paths;
  private final Loop loop;
  private final Election.Won office;
  private final ControllerListener listener;
  private final Runnable onFenced;
  private final ClusterState state = new ClusterState();
  private final List<Part<?>> parts = new ArrayList<>();
  private final Map<String, Part<?>> partsBySection = new HashMap<>();
  private final TreeCache cache;
  private final Committer committer;
  private final ControllerLoop controllerLoop;
  private ImmutableSortedMap<ResourceKey, ResourceAssignment> goals = ImmutableSortedMap.of();
  private ImmutableSortedMap<InstanceId, Long> lostSince = ImmutableSortedMap.of();
  private final TreeMap<String, Reason> tooLarge = new TreeMap<>();
  private Waits waits = Waits.NONE;
  private long counter = 1;
  private Loop.@Nullable Timer wake;
  private Loop.@Nullable Timer catchUp;

  /** An extension during this reign. */
  private record Part<S>(ControllerExtension<S> extension, ControllerExtension.Reign<S> reign) {
    static <S> Part<S> begin(
        ControllerExtension<S> extension, ControllerExtension.Context context) {
      return new Part<>(extension, extension.begin(context));
    }

    Sections addTo(Sections sections) {
      return sections.with(extension.key(), reign.snapshot());
    }

    boolean is(SectionKey<?> key) {
      return extension.key() == key;
    }
  }

  ActiveReign(
      ClusterPaths paths,
      StoreSession session,
      Loop loop,
      Election.Won office,
      Pipeline pipeline,
      List<ControllerExtension<?>> extensions,
      Function<String, List<Acl>> acls,
      ControllerListener listener,
      Runnable onFenced) {
    this.paths = paths;
    this.loop = loop;
    this.office = office;
    this.listener = listener;
    this.onFenced = onFenced;
    this.controllerLoop = new ControllerLoop(this, pipeline);
    ControllerExtension.Context context =
        new ControllerExtension.Context(paths, loop, office.epoch(), this::signal);
    ImmutableList.Builder<TreeRoot> roots = ImmutableList.builder();
    roots.addAll(ClusterState.roots(paths));
    for (ControllerExtension<?> extension : extensions) {
      Part<?> part = Part.begin(extension, context);
      parts.add(part);
      for (TreeRoot root : extension.roots(paths)) {
        roots.add(root);
        partsBySection.put(paths.parts(root.path()).get(0), part);
      }
    }
    this.cache = new TreeCache(session, roots.build(), this, this::signal);
    ChangeRenderer renderer = new ChangeRenderer(paths, office.epoch(), cache, state);
    this.committer = new Committer(
        session,
        cache,
        new Rendering(cache, acls, (decision, batch) -> render(renderer, decision, batch)),
        office.fence(),
        this::performed,
        this::refused);
  }

  /** Begins to follow, to plan and to act. */
  void begin() {
    scheduleCatchUp();
    signal();
  }

  private void scheduleCatchUp() {
    catchUp = loop.schedule(CATCH_UP, () -> {
      cache.catchUp();
      scheduleCatchUp();
    });
  }

  /** The connection is back: events were lost meanwhile. */
  void reconnected() {
    cache.catchUp();
  }

  /** The reign is over. */
  void end() {
    controllerLoop.end();
    cancel(wake);
    cancel(catchUp);
    parts.forEach(part -> part.reign().close());
  }

  private static void cancel(Loop.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  long epoch() {
    return office.epoch();
  }

  private void signal() {
    controllerLoop.signal();
  }

  @Override
  public void changed(CachedNode node) {
    List<String> names = names(node.path());
    if (names.isEmpty()) {
      return;
    }
    @Nullable Part<?> part = partsBySection.get(names.get(0));
    if (part != null) {
      guarded(node.path(), () -> part.reign().changed(names, node));
    }
    if (ClusterState.isOwn(names.get(0))) {
      state.changed(names, node);
    }
  }

  @Override
  public void removed(String path) {
    List<String> names = names(path);
    if (names.isEmpty()) {
      return;
    }
    @Nullable Part<?> part = partsBySection.get(names.get(0));
    if (part != null) {
      guarded(path, () -> part.reign().removed(names));
    }
    if (ClusterState.isOwn(names.get(0))) {
      state.removed(path, names);
    }
  }

  /** What an extension cannot digest is its own harm only. */
  private static void guarded(String entity, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      log.error("An extension failed at {}; all else goes on", entity, e);
    }
  }

  /** The parts of a path; empty if it has a name that Heddle would never give: left alone. */
  private List<String> names(String path) {
    List<String> names = paths.parts(path);
    if (names.stream().allMatch(Names::isValid)) {
      return names;
    }
    log.warn("{} is not Heddle's; it is left alone", Names.printable(path));
    return ImmutableList.of();
  }

  @Override
  public void refresh(Consumer<Boolean> done) {
    cache.refresh(ok -> done.accept(ok && knowsWhoLives()));
  }

  /** Who cannot even list the living must decide nothing: to it they all look dead. */
  private boolean knowsWhoLives() {
    boolean denied = cache.denied().contains(paths.in("live"));
    if (denied) {
      log.error(
          "{} may not be listed: nothing is decided. Give the controller its credentials",
          paths.in("live"));
    }
    return !denied;
  }

  @Override
  public Snapshot snapshot() {
    Sections sections = Sections.EMPTY;
    for (Part<?> part : parts) {
      sections = part.addTo(sections);
    }
    return new Snapshot(
        paths.cluster(),
        office.epoch(),
        counter,
        loop.wallMillis(),
        loop.nanoTime(),
        state.spec(),
        state.instances(paths, cache.denied()),
        state.resources(),
        state.stateModels(),
        state.unreadableResources(),
        goals,
        lostSince,
        ImmutableList.<Reason>builder()
            .addAll(state.unreadable())
            .addAll(tooLarge.values())
            .build(),
        sections,
        waits,
        state.resets());
  }

  @Override
  public void apply(Plan plan, Consumer<Committer.Outcome> done) {
    counter = plan.counter();
    goals = plan.goals();
    waits = plan.waits();
    lostSince = plan.lostSince();
    listener.planned(plan);
    tooLarge.clear();
    committer.carryOut(plan.decisions(), outcome -> {
      if (outcome == Committer.Outcome.UNKNOWN) {
        cache.catchUp();
      }
      done.accept(outcome);
    });
  }

  private void render(ChangeRenderer renderer, Decision decision, WriteBatch batch) {
    for (Change change : decision.changes()) {
      if (change instanceof Change.OfExtension own) {
        reign(own.extension()).render(own.request(), batch);
      } else {
        renderer.render(change, batch);
      }
    }
  }

  private ControllerExtension.Reign<?> reign(SectionKey<?> key) {
    return parts.stream()
        .filter(part -> part.is(key))
        .findFirst()
        .map(part -> (ControllerExtension.Reign<?>) part.reign())
        .orElseThrow(() -> new IllegalStateException("no extension " + key + " is registered"));
  }

  private void performed(Decision decision) {
    log.debug("{}: {} {}", decision.entity(), decision.why(), decision.changes());
    for (Change change : decision.changes()) {
      if (change instanceof Change.OfExtension own) {
        guarded(decision.entity(), () -> reign(own.extension()).performed(own.request()));
      }
    }
    listener.performed(decision);
  }

  /** Waiting helps all but those that are too large: the next plan says why they do not happen. */
  private void refused(Rendering.Refusal refusal) {
    if (refusal.reason().code() == Reason.Code.TOO_LARGE) {
      tooLarge.put(refusal.decision().entity(), refusal.reason());
    }
    listener.refused(refusal.decision(), refusal.reason());
  }

  @Override
  public void wakeAfter(Optional<Duration> delay) {
    cancel(wake);
    wake = delay.map(d -> loop.schedule(d, this::signal)).orElse(null);
  }

  @Override
  public void failed(Throwable fault) {
    log.error(
        "A pass over cluster {} failed; the next one follows in {}",
        paths.cluster(),
        AFTER_FAULT,
        fault);
    wakeAfter(Optional.of(AFTER_FAULT));
  }

  @Override
  public void fenced() {
    log.info(
        "Another controller of {} is in office; epoch {} is over", paths.cluster(), office.epoch());
    onFenced.run();
  }
}
