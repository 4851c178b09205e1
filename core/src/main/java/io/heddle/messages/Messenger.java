// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.client.Client;
import io.heddle.client.ClientException;
import io.heddle.client.ClientException.Kind;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.runtime.LoopFactory;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.MessageCodecs.Envelope;
import io.heddle.spectator.RoutingTable;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to participants, chosen by criteria, and brings their replies. Thread-safe.
 *
 * <p>Whom criteria mean is looked up in a routing table at the moment of sending. Each addressee
 * gets the message at least once, and handles it once unless its process or session ends before the
 * reply is written; then again, with the same id. No controller takes part.
 *
 * <p>Stages complete on the messenger's loop: do not block there. They fail with a
 * {@link ClientException}, at the latest some seconds after the bound.
 */
public final class Messenger implements AutoCloseable {
  /** Most bytes of a message's body, and of a reply's, in UTF-8. */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  /** Most addressees of one message. */
  public static final int MAX_ADDRESSEES = 1_000;

  /** About how many messages and replies may wait at an instance. */
  public static final int MAX_WAITING = 1_000;

  /** The longest that one may wait for replies. */
  public static final Duration MAX_WAIT = Mailbox.MAX_KEEP.dividedBy(2);

  /** What is left after the bound to take messages back. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final String cluster;
  private final String from;
  private final RoutingTableProvider routing;
  private final Client client;
  private final Dispatch dispatch;

  private Messenger(Builder builder) {
    this.cluster = builder.paths.cluster();
    this.from = builder.from;
    this.routing = builder.routing;
    this.client = new Client(
        "messenger of cluster " + cluster,
        builder.store,
        builder.loops.newLoop("heddle-" + cluster + "-messenger"),
        new SessionOptions(builder.sessionTimeout, builder.credentials));
    this.dispatch = new Dispatch(
        builder.paths,
        builder.access == null ? AccessControl.open() : builder.access,
        client,
        builder.ids.get());
    client.loop().execute(() -> client.follow(dispatch));
  }

  /**
   * Starts to describe a messenger.
   *
   * @param store where the cluster is kept; not owned
   * @param loops makes the messenger's loop, which it owns
   * @param cluster the cluster's name
   * @param routing says who is meant; started by the caller, not owned
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(
      Store store, LoopFactory loops, String cluster, RoutingTableProvider routing) {
    return new Builder(store, loops, new ClusterPaths(cluster), routing);
  }

  /**
   * Sends a message and waits for the replies.
   *
   * @param criteria to whom
   * @param type which handler it is for
   * @param body what it says, at most {@link #MAX_BODY_BYTES}
   * @param within how long to wait for the replies, above zero, at most {@link #MAX_WAIT}. What has
   *     not been taken up by then is taken back
   * @return completes with one reply for each addressee; empty if nobody is meant
   * @throws IllegalArgumentException if the type is no name, or a bound is exceeded
   */
  public CompletionStage<ImmutableSortedMap<InstanceId, Reply>> send(
      Criteria criteria, String type, String body, Duration within) {
    if (within.isZero() || within.isNegative() || within.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException(
          "within must be above zero, at most " + MAX_WAIT + ", not " + within);
    }
    // Long enough for the sender to come for it, whatever it has to do first.
    long keep = within.plus(GRACE).multipliedBy(2).toMillis();
    Envelope envelope = envelope(criteria, type, body, Math.min(keep, Mailbox.MAX_KEEP.toMillis()));
    return client.call(
        "message " + type + " to " + criteria,
        within.plus(GRACE),
        call -> dispatch.send(call, addressees(criteria), envelope, within));
  }

  /**
   * Leaves a message for its addressees and does not wait for replies.
   *
   * @param within how long that may take
   * @return completes when it is durable everywhere; says for each addressee that did not get it
   *     why, and is empty as a rule
   * @throws IllegalArgumentException as for {@link #send}
   */
  public CompletionStage<ImmutableSortedMap<InstanceId, Reply.Undelivered>> post(
      Criteria criteria, String type, String body, Duration within) {
    Envelope envelope = envelope(criteria, type, body, 0);
    return client.call(
        "message " + type + " to " + criteria,
        within,
        call -> dispatch.post(call, addressees(criteria), envelope));
  }

  private Envelope envelope(Criteria criteria, String type, String body, long keep) {
    int size = body.getBytes(StandardCharsets.UTF_8).length;
    if (size > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "a message has at most " + MAX_BODY_BYTES + " bytes, not " + size);
    }
    return new Envelope(from, Names.check("message type", type), criteria, body, keep);
  }

  private ImmutableSortedSet<InstanceId> addressees(Criteria criteria) {
    RoutingTable table = routing.table();
    if (table.version() == 0) {
      throw new ClientException(
          Kind.UNAVAILABLE,
          "cluster " + cluster,
          "there is no routing table yet; start its provider, and wait for the first");
    }
    ImmutableSortedSet<InstanceId> meant = Addressees.of(criteria, table);
    if (meant.size() > MAX_ADDRESSEES) {
      throw new ClientException(
          Kind.FULL,
          "message to " + criteria,
          meant.size() + " addressees, above " + MAX_ADDRESSEES + "; send to parts of them");
    }
    return meant;
  }

  /** Ends the session. What is under way fails; messages that wait are handled all the same. */
  @Override
  public void close() {
    client.close();
  }

  /** Describes a messenger. Not thread-safe. */
  public static final class Builder {
    private final Store store;
    private final LoopFactory loops;
    private final ClusterPaths paths;
    private final RoutingTableProvider routing;
    private List<Credential> credentials = List.of();
    private @Nullable AccessControl access;
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private String from = "";
    private Supplier<String> ids = () -> UUID.randomUUID().toString();

    private Builder(
        Store store, LoopFactory loops, ClusterPaths paths, RoutingTableProvider routing) {
      this.store = store;
      this.loops = loops;
      this.paths = paths;
      this.routing = routing;
    }

    /**
     * Restricts who may read the messages. Without it everybody may, and a warning is logged.
     *
     * @param own proves that this is a participant, or an administrator: spectators may not send
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

    /** Says who sends, for the handlers; nobody in particular unless set. */
    public Builder from(String name) {
      this.from = Names.check("sender", name);
      return this;
    }

    /** Sets where the beginning of message ids comes from; a random UUID unless set. */
    public Builder ids(Supplier<String> unique) {
      this.ids = unique;
      return this;
    }

    /** The messenger; it connects at once. */
    public Messenger build() {
      return new Messenger(this);
    }
  }
}
