// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A cluster of one system, as far as the works on replicas need it: instances are numbered from 0,
 * resources follow MasterSlave, transitions do nothing. So both systems do one and the same work.
 *
 * <p>Used by the thread that does the work; listeners are called on threads of the system.
 */
public interface ReplicaCluster {
  /** Makes a cluster. */
  interface Factory {
    /** A new one, without instances and without a controller. */
    ReplicaCluster create(String connectString, String name) throws Exception;
  }

  /** Adds instances and starts them in this process. */
  void participants(int count) throws Exception;

  /** Adds an instance that another process runs; see {@link #victim}. */
  void instance(int number) throws Exception;

  /** Starts a controller; returns when it leads. */
  void startController() throws Exception;

  /** Stops it; returns when it no longer leads. */
  void stopController() throws Exception;

  /** Adds a resource that the system places. */
  void addBalanced(String resource, int partitions, int replicas) throws Exception;

  /**
   * Adds a resource that is placed by lists, or changes its lists.
   *
   * @param preferences for each partition its instances, the master first
   */
  void prefer(String resource, List<List<Integer>> preferences) throws Exception;

  /** Removes a resource; returns when nobody serves it any more. */
  void remove(String resource) throws Exception;

  /** The routes in force. */
  Routes routes();

  /** Tells of all routes from now on. */
  void listen(Consumer<Routes> listener);

  /** When the callback of the last promotion returned, by {@link System#nanoTime}. */
  long lastPromotion();

  /** How many transitions were carried out in this process. */
  long transitions();

  /**
   * The main class, and its arguments, of a process that runs one instance until it is killed.
   *
   * @see VictimProcess
   */
  List<String> victim(int instance);

  /** Completes with {@link System#nanoTime} when an instance's ephemeral is gone. */
  CompletableFuture<Long> expiry(int instance) throws Exception;
}
