// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ReportBucket;
import io.heddle.model.Token;
import io.heddle.runtime.Loop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.CachedNode;
import io.heddle.schema.Codec;
import io.heddle.schema.TreeCache;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All lanes of one incarnation: those of its report buckets, and those of its extensions. Confined
 * to its loop.
 */
final class Reports {
  /** How long a transition may run before a report says so for its own sake. */
  static final Duration PROGRESS_AFTER = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Reports.class);

  private final ParticipantConfig config;
  private final Loop loop;
  private final StoreSession session;
  private final long incarnation;
  private final Op.Check fence;
  private final TreeCache cache;
  private final Replicas replicas;
  private final Listener listener;
  private final TreeMap<String, Lane> lanes = new TreeMap<>();
  private final TreeSet<String> later = new TreeSet<>();
  private boolean progressDue;
  private boolean closed;
  private long sequence;

  /** Told on the loop. */
  interface Listener {
    /** A report is known to be written. */
    void written();

    /** The incarnation has been closed by somebody else. */
    void fenced();
  }

  Reports(
      ParticipantConfig config,
      Loop loop,
      StoreSession session,
      Registration.Registered registered,
      Replicas replicas,
      Listener listener) {
    this.config = config;
    this.loop = loop;
    this.session = session;
    this.incarnation = registered.live().incarnation();
    this.fence = registered.fence();
    this.cache = registered.follower().cache();
    this.replicas = replicas;
    this.listener = listener;
  }

  /** What an older incarnation says of its replicas is no longer so. */
  void emptyOldOnes() {
    for (String path : cache.below(config.paths().reports(config.instance()))) {
      Optional<ReportBucket> old =
          cache.get(path).flatMap(node -> decode(node, BucketCodecs.REPORT));
      if (old.isEmpty() || !old.get().groups().isEmpty()) {
        report(name(path)).changed();
      }
    }
  }

  /** The bucket that a path ends with. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The document, unless it is unreadable, which is logged. */
  static <T> Optional<T> decode(CachedNode node, Codec<T> codec) {
    try {
      return Optional.of(node.decode(codec));
    } catch (UnreadableException e) {
      log.error("A document is left out: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Sees to it that what the replicas marked is written. */
  void takeMarks() {
    replicas.takeMarks().forEach((bucket, urgency) -> {
      if (closed) {
        return;
      }
      if (urgency == Replicas.Urgency.NOW) {
        report(bucket).changed();
      } else {
        reportLater(bucket);
      }
    });
  }

  private void reportLater(String bucket) {
    later.add(bucket);
    if (!progressDue) {
      progressDue = true;
      loop.schedule(PROGRESS_AFTER, this::reportProgress);
    }
  }

  private void reportProgress() {
    progressDue = false;
    if (!closed) {
      ImmutableList.copyOf(later).forEach(due -> report(due).changed());
      later.clear();
    }
  }

  private Lane report(String bucket) {
    String path = config.paths().report(config.instance(), bucket);
    @Nullable Lane known = lanes.get(path);
    return known == null ? open(path, () -> Optional.of(render(bucket))) : known;
  }

  private byte[] render(String bucket) {
    later.remove(bucket);
    long q = nextSequence();
    // Errors are cut before the document gets too large.
    for (int maxError : new int[] {Replicas.MAX_ERROR, 40}) {
      byte[] data = BucketCodecs.REPORT.encode(replicas.report(bucket, incarnation, q, maxError));
      if (data.length <= StoreSession.MAX_NODE_BYTES) {
        return data;
      }
    }
    return BucketCodecs.REPORT.encode(replicas.report(bucket, incarnation, q, 0));
  }

  /** A sequence number above all that this instance gave out before. */
  long nextSequence() {
    return Token.of(incarnation, ++sequence);
  }

  /**
   * A new lane.
   *
   * @throws IllegalStateException if there is one for the path
   */
  Lane open(String path, ReportLane.Source source) {
    if (lanes.containsKey(path)) {
      throw new IllegalStateException(path + " has a lane already");
    }
    int version = cache.get(path).map(node -> node.stat().version()).orElse(Lane.ABSENT);
    Lane lane = new Lane(
        session,
        loop,
        fence,
        path,
        config.access().acl(config.paths(), path),
        version,
        telling(source),
        listener::fenced);
    if (closed) {
      lane.close();
    }
    lanes.put(path, lane);
    return lane;
  }

  private ReportLane.Source telling(ReportLane.Source source) {
    return new ReportLane.Source() {
      @Override
      public Optional<byte[]> render() {
        return source.render();
      }

      @Override
      public void written() {
        source.written();
        listener.written();
      }
    };
  }

  /** To be called now and then, and after a reconnect. */
  void kick() {
    lanes.values().forEach(Lane::kick);
  }

  boolean areIdle() {
    return later.isEmpty() && lanes.values().stream().allMatch(Lane::isIdle);
  }

  void close() {
    closed = true;
    lanes.values().forEach(Lane::close);
  }
}
