// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.participant.Resettable;
import io.heddle.participant.TransitionContext;
import io.heddle.recipes.documents.Message.Refusal;
import io.heddle.recipes.documents.PartitionView.Master;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One replica's life. Callbacks come one at a time, on a callback thread; requests come from any
 * thread.
 */
final class Replica implements Resettable {
  /** The longest that a transition waits for a MASTER's answer, while the routing changes. */
  static final Duration TRANSITION_WAIT = Duration.ofSeconds(10);

  private static final long PAUSE_MILLIS = 10;

  private final int partition;
  private final Path directory;
  private final Follower.Self self;
  private final PartitionView.Source routing;
  private volatile @Nullable PartitionStorage storage;
  private @Nullable Follower follower;
  private volatile @Nullable Mastership mastership;

  Replica(int partition, Path directory, Follower.Self self, PartitionView.Source routing) {
    this.partition = partition;
    this.directory = directory;
    this.self = self;
    this.routing = routing;
  }

  /** The term, if it is the MASTER. */
  Optional<Mastership> mastership() {
    return Optional.ofNullable(mastership);
  }

  /** All documents, in the order in which they were written; empty if the replica is not open. */
  Optional<List<Document>> documents() throws IOException {
    PartitionStorage open = storage;
    if (open == null) {
      return Optional.empty();
    }
    List<Document> documents = new ArrayList<>();
    open.forEach(documents::add);
    return Optional.of(documents);
  }

  void onBecomeSlaveFromOffline() throws Exception {
    follow().awaitSettled(TRANSITION_WAIT);
  }

  void onBecomeMasterFromSlave(TransitionContext context) throws IOException {
    stopFollowing();
    PartitionStorage own = opened();
    own.raiseToken(context.fencingToken());
    // The instance is what it is compared by; the incarnation may not be known here yet.
    Member member = new Member(context.instance().name(), 0);
    mastership = new Mastership(partition, member, context.lease(), own, routing);
  }

  void onBecomeSlaveFromMaster() throws IOException {
    endTerm();
    Follower unused = follow();
  }

  void onBecomeOfflineFromSlave() throws Exception {
    stopFollowing();
    leave();
    closeStorage();
  }

  void onBecomeDroppedFromOffline() throws IOException {
    closeStorage();
  }

  private PartitionStorage opened() throws IOException {
    PartitionStorage open = storage;
    if (open == null) {
      open = new PartitionStorage(partition, directory);
      storage = open;
    }
    return open;
  }

  private Follower follow() throws IOException {
    Follower started = new Follower(partition, self, opened(), routing);
    follower = started;
    started.start();
    return started;
  }

  /** Tells the MASTER; without one there is nobody to tell. */
  private void leave() throws IOException, InterruptedException {
    Optional<Member> member = self.member();
    long end = System.nanoTime() + TRANSITION_WAIT.toNanos();
    String obstacle = "this node is not in the routing";
    while (member.isPresent()) {
      PartitionView view = routing.view(partition);
      Optional<Master> master = view.master();
      if (!view.stale()
          && master
              .map(m -> m.member().instance().equals(member.get().instance()))
              .orElse(true)) {
        return;
      }
      if (master.isPresent()) {
        try (Wire wire = Wire.connect(master.get().port(), Mastership.LOCK_WAIT)) {
          Message answer = wire.exchange(new Message.Leave(partition, member.get()));
          if (answer instanceof Message.Left) {
            return;
          }
          obstacle = answer.toString();
        } catch (IOException e) {
          obstacle = e.toString();
        }
      }
      if (System.nanoTime() > end) {
        throw new IOException(
            "partition " + partition + ": no leave within " + TRANSITION_WAIT + ": " + obstacle);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void endTerm() {
    Mastership term = mastership;
    mastership = null;
    if (term != null) {
      term.close();
    }
  }

  private void stopFollowing() throws IOException {
    Follower stopping = follower;
    follower = null;
    if (stopping != null) {
      stopping.close();
    }
  }

  private void closeStorage() throws IOException {
    PartitionStorage closing = storage;
    storage = null;
    if (closing != null) {
      closing.close();
    }
  }

  @Override
  public void reset() throws IOException {
    endTerm();
    stopFollowing();
    closeStorage();
  }

  /** What a node answers that has no term for a partition. */
  static Message notMaster(int partition) {
    return new Message.Refused(
        Refusal.NOT_MASTER, "partition " + partition + " has no MASTER here");
  }
}
