// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerExtension;
import io.heddle.pipeline.SectionKey;
import io.heddle.pipeline.Stage;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.FixedTargetProvider;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.TargetProvider;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import java.util.function.Function;

/**
 * Makes a controller size its own cluster: for each service that {@link Services} has put into the
 * cluster, it acquires, starts, drains, stops and gives back containers.
 *
 * <p>Plugged in with {@code HeddleController.builder(…).extension(…)}; every controller of the
 * cluster, standby or not, needs one of its own with a provider that reaches the same containers.
 * Thread-safe.
 */
public final class ProvisioningExtension implements ControllerExtension<ProvisioningState> {
  private final ClusterAdmin admin;
  private final ContainerProvider provider;
  private final Function<ServiceSpec, TargetProvider> targets;
  private final ProvisioningSettings settings;

  /**
   * With other target providers than the fixed one.
   *
   * @param admin configures the instances of new containers; not owned
   * @param provider runs the containers; not owned
   * @param targets the target provider of a service; pure
   * @param settings how long it waits
   */
  public ProvisioningExtension(
      ClusterAdmin admin,
      ContainerProvider provider,
      Function<ServiceSpec, TargetProvider> targets,
      ProvisioningSettings settings) {
    this.admin = admin;
    this.provider = provider;
    this.targets = targets;
    this.settings = settings;
  }

  /** With the number of containers that each service asks for, and the default settings. */
  public ProvisioningExtension(ClusterAdmin admin, ContainerProvider provider) {
    this(
        admin,
        provider,
        spec -> new FixedTargetProvider(ImmutableList.of(spec)),
        ProvisioningSettings.DEFAULT);
  }

  @Override
  public SectionKey<ProvisioningState> key() {
    return ProvisioningState.KEY;
  }

  @Override
  public ImmutableList<TreeRoot> roots(ClusterPaths paths) {
    return ImmutableList.of(
        TreeRoot.watched(paths.in("services"), 1), TreeRoot.owned(paths.in("containers"), 1));
  }

  @Override
  public ImmutableListMultimap<Stage.Phase, Stage> stages() {
    return ImmutableListMultimap.of(
        Stage.Phase.MEMBERSHIP,
        new ContainerMembership(),
        Stage.Phase.PROVISIONING,
        new ProvisioningStage(targets, settings));
  }

  @Override
  public Reign<ProvisioningState> begin(Context context) {
    return new ProvisioningReign(context, admin, provider, settings);
  }
}
