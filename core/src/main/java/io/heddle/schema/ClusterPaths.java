// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.heddle.model.ContainerId;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import java.util.List;

/**
 * The znodes of one cluster. Every path that Heddle uses is made here, from names that were
 * checked.
 *
 * @param cluster the cluster's name
 */
public record ClusterPaths(String cluster) {
  /** Sections that have one znode per instance, made together with the instance. */
  public static final ImmutableList<String> INSTANCE_SECTIONS = ImmutableList.of(
      "live",
      "incarnations",
      "assignments",
      "reports",
      "attributes",
      "work",
      "outcomes",
      "payloads",
      "commands",
      "messages");

  /**
   * Sections that are made together with the cluster, besides those of {@link #INSTANCE_SECTIONS}.
   */
  public static final ImmutableList<String> CLUSTER_SECTIONS = ImmutableList.of(
      "resources",
      "instances",
      "state-models",
      "resets",
      "workflows",
      "progress",
      "services",
      "containers",
      "properties",
      "shared",
      "locks",
      "journal");

  /** Checks the name. */
  public ClusterPaths {
    Names.check("cluster", cluster);
  }

  /** The cluster's root. */
  public String root() {
    return "/" + cluster;
  }

  /** Format and identity; written once by the administrator. */
  public String meta() {
    return root() + "/meta";
  }

  /** The epoch: stored base + data version; written by the controller that takes office. */
  public String epoch() {
    return root() + "/epoch";
  }

  /** The ephemeral of the controller in office. */
  public String leader() {
    return root() + "/leader";
  }

  /** Which replicas of a resource are to be reset; written by the administrator. */
  public String resets(ResourceId id) {
    return in("resets", id.name());
  }

  /** The cluster's own spec; written by the administrator. */
  public String spec() {
    return root() + "/spec";
  }

  /**
   * A section, or something in it.
   *
   * @param section one of those that this class names
   * @param names the rest of the path, checked
   */
  public String in(String section, String... names) {
    StringBuilder path = new StringBuilder(root()).append('/').append(section);
    for (String name : names) {
      path.append('/').append(Names.check("path component", name));
    }
    return path.toString();
  }

  /** A resource's spec; written by the administrator, deleted by the controller. */
  public String resource(ResourceId resource) {
    return in("resources", resource.name());
  }

  /** An instance's spec; written by the administrator. */
  public String instance(InstanceId instance) {
    return in("instances", instance.name());
  }

  /** A state model; written by the administrator. */
  public String stateModel(String name) {
    return in("state-models", name);
  }

  /** An instance's incarnation counter: stored base + data version. */
  public String incarnation(InstanceId instance) {
    return in("incarnations", instance.name());
  }

  /** The ephemeral of an instance's living incarnation. */
  public String live(InstanceId instance) {
    return in("live", instance.name(), "s");
  }

  /** All assignment buckets of an instance. */
  public String assignments(InstanceId instance) {
    return in("assignments", instance.name());
  }

  /** An assignment bucket; written by the controller. */
  public String assignment(InstanceId instance, String bucket) {
    return in("assignments", instance.name(), bucket);
  }

  /** All report buckets of an instance. */
  public String reports(InstanceId instance) {
    return in("reports", instance.name());
  }

  /** A report bucket; written by the participant. */
  public String report(InstanceId instance, String bucket) {
    return in("reports", instance.name(), bucket);
  }

  /** An attribute bucket, beside the report bucket of equal name; written by the participant. */
  public String attributes(InstanceId instance, String bucket) {
    return in("attributes", instance.name(), bucket);
  }

  /** A container's record; written by the controller. */
  public String container(ContainerId container) {
    return in("containers", container.name());
  }

  /**
   * Takes a path apart, relative to this cluster.
   *
   * @return the components below the root, such as {@code [reports, DB-1, 3-0]}; empty for the root
   *     itself
   * @throws IllegalArgumentException if the path is not of this cluster
   */
  public List<String> parts(String path) {
    if (path.equals(root())) {
      return ImmutableList.of();
    }
    if (!path.startsWith(root() + "/")) {
      throw new IllegalArgumentException(path + " does not lie in cluster " + cluster);
    }
    return Splitter.on('/').splitToList(path.substring(root().length() + 1));
  }
}
