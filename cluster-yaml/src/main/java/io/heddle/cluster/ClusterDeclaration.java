// SPDX-License-Identifier: Apache-2.0
package io.heddle.cluster;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.yaml.YamlDocument;
import io.heddle.yaml.YamlError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A cluster as one file declares it. Immutable.
 *
 * <p>The keys: {@code clusterName, autoJoinAllowed, participants[{name, host, port}],
 * resources[{name, rebalancer{mode, class}, partitions{count, replicas}, instanceGroupTag,
 * stateModel{name, states, transitions[{name, from, to}], initialState}, constraints{state{counts
 * [{name, count}], priorityList}, transition{priorityList}}}]}.
 *
 * @param clusterName the cluster's name
 * @param autoJoinAllowed whether instances may join that nobody added; not acted on yet: instances
 *     are added by an administrator, or by a provisioner
 * @param participants its instances
 * @param stateModels the state models that the file declares; built-in ones are only named
 * @param resources its resources
 */
public record ClusterDeclaration(
    String clusterName,
    boolean autoJoinAllowed,
    ImmutableList<InstanceSpec> participants,
    ImmutableList<StateModel> stateModels,
    ImmutableList<ResourceSpec> resources) {

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws YamlError if it does not declare a cluster; names line, column, field and what is
   *     allowed
   */
  public static ClusterDeclaration read(Path file) throws IOException {
    return ClusterReader.read(YamlDocument.read(file));
  }

  /**
   * Reads a text.
   *
   * @param file the name for messages
   * @throws YamlError if it does not declare a cluster
   */
  public static ClusterDeclaration read(String file, String text) {
    return ClusterReader.read(YamlDocument.read(file, text));
  }

  /**
   * Makes what is not there yet: the cluster, instances, state models, resources, in this order.
   * What is there stays as it is. To repeat it does no harm.
   *
   * @param admin the client of the cluster of this name; not closed
   * @return completes when all of it is there; fails at the first that can't be made
   */
  public CompletionStage<Void> applyTo(ClusterAdmin admin) {
    CompletionStage<?> done = admin.createCluster();
    for (InstanceSpec instance : participants) {
      done = done.thenCompose(before -> unlessThere(() -> admin.addInstance(instance)));
    }
    for (StateModel model : stateModels) {
      done = done.thenCompose(before -> unlessThere(() -> admin.addStateModel(model)));
    }
    for (ResourceSpec resource : resources) {
      done = done.thenCompose(before -> unlessThere(() -> admin.addResource(resource)));
    }
    return done.thenApply(all -> null);
  }

  private static CompletionStage<?> unlessThere(Supplier<CompletionStage<?>> add) {
    CompletableFuture<Object> done = new CompletableFuture<>();
    add.get().whenComplete((added, failure) -> {
      Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
          ? wrapped.getCause()
          : failure;
      if (cause == null
          || (cause instanceof AdminException known
              && known.kind() == AdminException.Kind.ALREADY_EXISTS)) {
        done.complete(true);
      } else {
        done.completeExceptionally(cause);
      }
    });
    return done;
  }
}
