// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import com.google.common.hash.Hashing;
import io.heddle.recipes.documents.Message.Refusal;
import io.heddle.recipes.documents.PartitionView.Master;
import io.heddle.spectator.RoutingTableProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts and gets documents: the key gives the partition, the spectator its MASTER. What fails is
 * tried again until the bound. Confined to one thread; several clients may share a spectator.
 */
public final class DocumentClient implements AutoCloseable {
  private static final long PAUSE_MILLIS = 5;
  private static final int MAX_WIRES = 32;

  private final RoutingTableProvider routing;
  private final RoutingViews views;
  private final Duration bound;
  private final Map<Master, Wire> wires = new HashMap<>();

  /**
   * A client.
   *
   * @param routing a started spectator; not owned
   * @param service the service that runs the store
   * @param bound how long a call is tried
   */
  public DocumentClient(RoutingTableProvider routing, String service, Duration bound) {
    this.routing = routing;
    this.views = new RoutingViews(routing, service);
    this.bound = bound;
  }

  /** The partition of a key: the same in every process. */
  public static int partition(String key, int partitions) {
    int hash =
        Hashing.murmur3_32_fixed().hashString(key, StandardCharsets.UTF_8).asInt();
    return Math.floorMod(hash, partitions);
  }

  /**
   * Stores a document. When this returns it is on the disk of all joined replicas.
   *
   * @return the fencing token under which it was accepted
   * @throws DocumentStoreException if that was not so within the bound; it may be stored all the
   *     same
   */
  public long put(String key, byte[] content) throws IOException, InterruptedException {
    Message answer =
        call(key, (partition, master) -> new Message.Put(partition, master.token(), key, content));
    if (answer instanceof Message.Stored stored) {
      return stored.token();
    }
    throw new DocumentStoreException("document " + key + ": answered " + answer);
  }

  /** Reads a document, if there is one of this key. */
  public Optional<byte[]> get(String key) throws IOException, InterruptedException {
    Message answer = call(key, (partition, master) -> new Message.Get(partition, key));
    if (answer instanceof Message.Found found) {
      return Optional.of(found.content());
    }
    if (answer instanceof Message.Missing) {
      return Optional.empty();
    }
    throw new DocumentStoreException("document " + key + ": answered " + answer);
  }

  /**
   * Tries to write under a token of the caller's choice, until a MASTER accepts it or refuses it
   * for good.
   *
   * @return whether it was refused because the token is stale
   */
  boolean isRefusedAsStale(String key, byte[] content, long token)
      throws IOException, InterruptedException {
    Message answer = call(
        key,
        (partition, master) -> new Message.Put(partition, token, key, content),
        refused -> refused.why() == Refusal.STALE_TOKEN);
    return answer instanceof Message.Refused;
  }

  /** Makes the request for the MASTER of the moment. */
  private interface Request {
    Message to(int partition, Master master);
  }

  private Message call(String key, Request request) throws IOException, InterruptedException {
    return call(key, request, refused -> false);
  }

  private Message call(String key, Request request, Predicate<Message.Refused> isFinal)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + bound.toNanos();
    String obstacle = "there is no resource " + RoutingViews.RESOURCE;
    while (true) {
      int partitions = routing.table().partitions(RoutingViews.RESOURCE);
      if (partitions > 0) {
        int partition = partition(key, partitions);
        Optional<Master> master = views.view(partition).master();
        obstacle = "partition " + partition + " has no MASTER";
        if (master.isPresent()) {
          try {
            Message answer = exchange(master.get(), request.to(partition, master.get()));
            if (!(answer instanceof Message.Refused refused) || isFinal.test(refused)) {
              return answer;
            }
            obstacle = answer.toString();
          } catch (IOException e) {
            obstacle = e.toString();
          }
        }
      }
      if (System.nanoTime() > end) {
        throw new DocumentStoreException(
            "document " + key + ": no success within " + bound + ": " + obstacle);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private Message exchange(Master master, Message message) throws IOException {
    @Nullable Wire wire = wires.get(master);
    if (wire == null) {
      if (wires.size() >= MAX_WIRES) {
        // Most are of terms that are over.
        close();
      }
      wire = Wire.connect(master.port(), Mastership.LOCK_WAIT.plus(Mastership.ACK_WAIT));
      wires.put(master, wire);
    }
    try {
      return wire.exchange(message);
    } catch (IOException e) {
      wire.close();
      wires.remove(master);
      throw e;
    }
  }

  /** Ends the connections. */
  @Override
  public void close() {
    wires.values().forEach(Wire::close);
    wires.clear();
  }
}
