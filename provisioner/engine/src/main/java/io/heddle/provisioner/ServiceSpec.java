// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceId;
import java.util.OptionalInt;

/**
 * A service: what an application runs in containers, and in how many. Immutable.
 *
 * <p>Its participants are the instances {@code DB-0}, {@code DB-1} and so on; they carry the
 * service's name as a tag, so that resources can ask for them.
 *
 * @param service its name, at most {@value #MAX_NAME} characters
 * @param containers how many containers it should have, 0 to {@value #MAX_CONTAINERS}
 * @param memoryMb memory of each, in MiB, at least 1
 * @param cores cores of each, at least 0; 0 leaves it to the provider
 * @param mainClass the class to start
 * @param packageUri where its code is; empty for the class path of the launcher
 * @param config settings handed to the service, sorted
 */
public record ServiceSpec(
    ResourceId service,
    int containers,
    int memoryMb,
    double cores,
    String mainClass,
    String packageUri,
    ImmutableSortedMap<String, String> config) {
  /** The greatest number of containers of one service. */
  public static final int MAX_CONTAINERS = 10_000;

  /** The greatest length of a name, which leaves room for the numbers of instance and container. */
  public static final int MAX_NAME = 96;

  /** The memory of a container where nothing else is said, in MiB. */
  public static final int DEFAULT_MEMORY_MB = 512;

  /** Checks the figures. */
  public ServiceSpec {
    checkName(service);
    if (containers < 0 || containers > MAX_CONTAINERS) {
      throw new IllegalArgumentException("service " + service + ": containers must be 0 to "
          + MAX_CONTAINERS + ", not " + containers);
    }
    if (mainClass.isBlank()) {
      throw new IllegalArgumentException("service " + service + ": the main class is missing");
    }
    if (!packageUri.isEmpty()) {
      PackageUris.check(packageUri);
    }
    // The container's own checks hold for all containers alike.
    container(service, 0, memoryMb, cores, mainClass, packageUri, config);
  }

  /** Starts a spec of one container with {@value #DEFAULT_MEMORY_MB} MiB. */
  public static Builder builder(String service, String mainClass) {
    return new Builder(ResourceId.of(service), mainClass);
  }

  /**
   * Checks the name of a service.
   *
   * @return {@code service}
   * @throws IllegalArgumentException if it is too long
   */
  static ResourceId checkName(ResourceId service) {
    if (service.name().length() > MAX_NAME) {
      throw new IllegalArgumentException("service name '" + service + "' is too long: "
          + service.name().length() + " characters, at most " + MAX_NAME);
    }
    return service;
  }

  /** The same with another number of containers. */
  public ServiceSpec withContainers(int count) {
    return new ServiceSpec(service, count, memoryMb, cores, mainClass, packageUri, config);
  }

  /** The tag that its instances carry. */
  public String tag() {
    return service.name();
  }

  /** The instance with a number, from 0. */
  public InstanceId instance(int number) {
    return instance(service, number);
  }

  /** The number of one of its instances; empty for other names. */
  public OptionalInt number(InstanceId instance) {
    String prefix = service.name() + "-";
    String digits =
        instance.name().startsWith(prefix) ? instance.name().substring(prefix.length()) : "";
    return digits.matches("0|[1-9][0-9]{0,8}")
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }

  /** A container for the instance with a number; its id is a placeholder. */
  public ContainerSpec container(int number) {
    return container(service, number, memoryMb, cores, mainClass, packageUri, config);
  }

  private static InstanceId instance(ResourceId service, int number) {
    return InstanceId.of(service + "-" + number);
  }

  private static ContainerSpec container(
      ResourceId service,
      int number,
      int memoryMb,
      double cores,
      String mainClass,
      String packageUri,
      ImmutableSortedMap<String, String> config) {
    InstanceId instance = instance(service, number);
    return new ContainerSpec(
        ContainerId.of(instance.name()),
        instance,
        service,
        memoryMb,
        cores,
        mainClass,
        packageUri,
        config);
  }

  /** Collects the fields. */
  public static final class Builder {
    private final ResourceId service;
    private final String mainClass;
    private final ImmutableSortedMap.Builder<String, String> config =
        ImmutableSortedMap.naturalOrder();
    private int containers = 1;
    private int memoryMb = DEFAULT_MEMORY_MB;
    private double cores;
    private String packageUri = "";

    private Builder(ResourceId service, String mainClass) {
      this.service = service;
      this.mainClass = mainClass;
    }

    /** Sets how many containers it should have. */
    public Builder containers(int count) {
      this.containers = count;
      return this;
    }

    /** Sets the memory of each container, in MiB. */
    public Builder memoryMb(int amount) {
      this.memoryMb = amount;
      return this;
    }

    /** Sets the cores of each container. */
    public Builder cores(double amount) {
      this.cores = amount;
      return this;
    }

    /** Sets where its code is. */
    public Builder packageUri(String uri) {
      this.packageUri = uri;
      return this;
    }

    /** Adds a setting. */
    public Builder config(String key, String value) {
      config.put(key, value);
      return this;
    }

    /**
     * The spec.
     *
     * @throws IllegalArgumentException if a name or a figure is not allowed
     */
    public ServiceSpec build() {
      return new ServiceSpec(
          service, containers, memoryMb, cores, mainClass, packageUri, config.buildOrThrow());
    }
  }
}
