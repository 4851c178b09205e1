// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AttributeBucket;
import io.heddle.model.AttributeValue;
import io.heddle.model.Attributes;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceKey;
import io.heddle.runtime.Loop;
import io.heddle.schema.AttributeCodec;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Publishes attributes of an instance's replicas, such as a version or a lag, for clients to choose
 * by: they are in the routes. Thread-safe.
 *
 * <pre>{@code
 * PartitionAttributes attributes = new PartitionAttributes();
 * HeddleParticipant.builder(store, "orders", "DB-1").extension(attributes)…
 * attributes.set(partition, "lag", 17);
 * }</pre>
 *
 * <p>What is set goes with the next write of its bucket: the first change at once, later ones no
 * sooner than {@link #PAUSE} after the one before, so that ever changing figures cost a bounded
 * number of writes. They are a znode of their own beside the report, which the controller does not
 * read. Attributes belong to the replica: they end when it is dropped or reset.
 */
public final class PartitionAttributes implements ParticipantExtension {
  /** Least time from one write of a bucket to the next. */
  public static final Duration PAUSE = Duration.ofMillis(500);

  /** About how many bytes of attributes fit in one bucket, of up to 2,048 partitions. */
  public static final int MAX_BUCKET_BYTES = 64 * 1024;

  private static final String SECTION = "attributes";

  private final Map<PartitionId, Held> held = new TreeMap<>();
  private final Map<String, Integer> sizes = new TreeMap<>();
  private final TreeSet<String> changed = new TreeSet<>();
  private @Nullable Writer writer;

  /** What became of a change. */
  public enum Publication {
    /** It will be written, unless the incarnation ends before. */
    ACCEPTED,
    /** This instance has no replica of the partition (any more). */
    NOT_HELD,
    /** The bucket is full: publish less, or of fewer partitions. */
    FULL
  }

  /** The attributes of one replica. */
  private static final class Held {
    private final ResourceKey key;
    private final String bucket;
    private final TreeMap<String, AttributeValue> values = new TreeMap<>();

    Held(ResourceKey key, int partition) {
      this.key = key;
      this.bucket = Buckets.ofPartition(key, partition);
    }

    /** No less than what these values take in a document. */
    int size() {
      int size = values.isEmpty() ? 0 : 192;
      for (Map.Entry<String, AttributeValue> entry : values.entrySet()) {
        size += entry.getKey().length() + 26;
        if (entry.getValue() instanceof AttributeValue.Text text) {
          size += 3 * text.value().length();
        }
      }
      return size;
    }
  }

  /** Nothing is published yet. */
  public PartitionAttributes() {}

  /**
   * Publishes a number.
   *
   * @throws IllegalArgumentException if the name is not allowed, or longer than
   *     {@link Attributes#MAX_NAME}
   * @throws IllegalStateException if the replica has {@link Attributes#MAX_COUNT} others
   */
  public Publication set(PartitionId partition, String name, long value) {
    return set(partition, name, new AttributeValue.Figure(value));
  }

  /**
   * Publishes a text.
   *
   * @throws IllegalArgumentException as for numbers, or if the text is not printable or longer than
   *     {@link AttributeValue#MAX_TEXT}
   * @throws IllegalStateException if the replica has {@link Attributes#MAX_COUNT} others
   */
  public Publication set(PartitionId partition, String name, String value) {
    return set(partition, name, new AttributeValue.Text(value));
  }

  /** Publishes an attribute no longer. */
  public Publication remove(PartitionId partition, String name) {
    return change(partition, name, null);
  }

  private Publication set(PartitionId partition, String name, AttributeValue value) {
    return change(partition, Attributes.checkName(name), value);
  }

  private synchronized Publication change(
      PartitionId partition, String name, @Nullable AttributeValue value) {
    @Nullable Held replica = held.get(partition);
    if (replica == null) {
      return Publication.NOT_HELD;
    }
    int size = sizes.getOrDefault(replica.bucket, 0) - replica.size();
    @Nullable AttributeValue before =
        value == null ? replica.values.remove(name) : replica.values.put(name, value);
    size += replica.size();
    boolean tooMany = replica.values.size() > Attributes.MAX_COUNT;
    if (value != null && (tooMany || size > MAX_BUCKET_BYTES)) {
      @Nullable AttributeValue unused =
          before == null ? replica.values.remove(name) : replica.values.put(name, before);
      if (tooMany) {
        throw new IllegalStateException(partition + " has " + Attributes.MAX_COUNT
            + " attributes already; no room for " + name);
      }
      return Publication.FULL;
    }
    sizes.put(replica.bucket, size);
    if (before == null ? value != null : !before.equals(value)) {
      mark(replica.bucket);
    }
    return Publication.ACCEPTED;
  }

  private synchronized void mark(String bucket) {
    changed.add(bucket);
    if (writer != null) {
      writer.wake();
    }
  }

  private synchronized ImmutableSortedSet<String> takeChanged() {
    ImmutableSortedSet<String> taken = ImmutableSortedSet.copyOf(changed);
    changed.clear();
    return taken;
  }

  private synchronized AttributeBucket bucket(String name, long incarnation, long q) {
    TreeMap<ResourceKey, ImmutableSortedMap.Builder<Integer, Attributes>> groups = new TreeMap<>();
    held.forEach((partition, replica) -> {
      if (replica.bucket.equals(name) && !replica.values.isEmpty()) {
        groups
            .computeIfAbsent(replica.key, key -> ImmutableSortedMap.naturalOrder())
            .put(
                partition.number(),
                new Attributes(ImmutableSortedMap.copyOfSorted(replica.values)));
      }
    });
    ImmutableSortedMap.Builder<ResourceKey, ImmutableSortedMap<Integer, Attributes>> all =
        ImmutableSortedMap.naturalOrder();
    groups.forEach((key, partitions) -> all.put(key, partitions.buildOrThrow()));
    return new AttributeBucket(incarnation, q, all.buildOrThrow());
  }

  /** Writes for one incarnation. Confined to the participant's loop, but for {@link #wake}. */
  private final class Writer {
    private final ExtensionContext context;
    private final TreeMap<String, ReportLane> lanes = new TreeMap<>();
    private final TreeMap<String, Long> earliest = new TreeMap<>();
    private final TreeSet<String> waiting = new TreeSet<>();
    private boolean over;

    Writer(ExtensionContext context) {
      this.context = context;
    }

    /** May be called by any thread. */
    void wake() {
      context.loop().execute(() -> takeChanged().forEach(this::due));
    }

    void due(String bucket) {
      if (over || waiting.contains(bucket)) {
        return;
      }
      long now = context.loop().nanoTime();
      long wait = earliest.getOrDefault(bucket, now) - now;
      if (wait <= 0) {
        write(bucket);
        return;
      }
      waiting.add(bucket);
      Loop.Timer unused = context.loop().schedule(Duration.ofNanos(wait), () -> {
        waiting.remove(bucket);
        write(bucket);
      });
    }

    private void write(String bucket) {
      if (!over) {
        earliest.put(bucket, context.loop().nanoTime() + PAUSE.toNanos());
        lanes.computeIfAbsent(bucket, this::open).changed();
      }
    }

    private ReportLane open(String bucket) {
      String path = context.paths().attributes(context.instance(), bucket);
      return context.lane(
          path,
          () -> Optional.of(AttributeCodec.ATTRIBUTES.encode(
              bucket(bucket, context.incarnation(), context.nextSequence()))));
    }

    /** What an older incarnation published is no longer so. */
    void emptyOldOnes() {
      String root = context.paths().in(SECTION, context.instance().name());
      for (String path : context.documentsBelow(root)) {
        boolean empty = context
            .document(path)
            .flatMap(node -> Reports.decode(node, AttributeCodec.ATTRIBUTES))
            .filter(old -> old.groups().isEmpty())
            .isPresent();
        if (!empty) {
          write(Reports.name(path));
        }
      }
    }
  }

  // The participant's side.

  @Override
  public ImmutableList<TreeRoot> roots(ClusterPaths paths, InstanceId instance) {
    return ImmutableList.of(TreeRoot.owned(paths.in(SECTION, instance.name()), 1));
  }

  @Override
  public void registered(ExtensionContext context) {
    Writer next = new Writer(context);
    synchronized (this) {
      writer = next;
    }
    next.emptyOldOnes();
    takeChanged().forEach(next::due);
  }

  @Override
  public synchronized void replicaHeld(ResourceKey resource, int partition) {
    held.computeIfAbsent(
        new PartitionId(resource.resource(), partition), id -> new Held(resource, partition));
  }

  @Override
  public synchronized void replicaForgotten(ResourceKey resource, int partition) {
    @Nullable Held gone = held.remove(new PartitionId(resource.resource(), partition));
    if (gone != null && !gone.values.isEmpty()) {
      sizes.merge(gone.bucket, -gone.size(), Integer::sum);
      mark(gone.bucket);
    }
  }

  @Override
  public void changed(ImmutableSortedSet<String> paths) {
    // Nobody else writes what this publishes.
  }

  @Override
  public void leaseLost() {
    // Attributes give no right to anything: they may be late, as a lag is anyway.
  }

  @Override
  public void leaseRegained() {
    // As above.
  }

  @Override
  public void ended(Runnable done) {
    synchronized (this) {
      if (writer != null) {
        writer.over = true;
        writer = null;
      }
      held.clear();
      sizes.clear();
      changed.clear();
    }
    done.run();
  }
}
