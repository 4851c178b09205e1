// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import io.heddle.schema.AccessControl;
import io.heddle.store.Credential;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the process of a container learns from its provider: a value that goes through environment
 * variables, which every kind of container has. Immutable.
 *
 * <p>{@link #CREDENTIAL} is the only secret. It is never part of {@link #toString}; who stores or
 * logs {@link #toMap} must leave it out.
 *
 * @param access how to reach the cluster
 * @param instance the instance to register as
 * @param start the container and its start, to be published at registration so that a certificate
 *     of the end can name it
 * @param service the service
 * @param mainClass the service's class
 * @param config the service's settings, sorted
 * @param lifeline what to do when the controller is gone
 */
public record ContainerEnvironment(
    ClusterAccess access,
    InstanceId instance,
    ContainerStart start,
    ResourceId service,
    String mainClass,
    ImmutableSortedMap<String, String> config,
    Lifeline lifeline) {
  /** The cluster's name. */
  public static final String CLUSTER = "HEDDLE_CLUSTER";

  /** The ZooKeeper servers. */
  public static final String ZOOKEEPER = "HEDDLE_ZOOKEEPER";

  /** Who the process is to ZooKeeper: the scheme, a colon, the proof in Base64. A secret. */
  public static final String CREDENTIAL = "HEDDLE_CREDENTIAL";

  /**
   * Who each role is to ZooKeeper, as {@link AccessControl#toText} writes it. No secret. It is
   * there if and only if {@link #CREDENTIAL} is.
   */
  public static final String IDENTITIES = "HEDDLE_IDENTITIES";

  /** The instance to register as. */
  public static final String INSTANCE = "HEDDLE_INSTANCE";

  /** The container. */
  public static final String CONTAINER_ID = "HEDDLE_CONTAINER_ID";

  /** Distinguishes the starts of one container. */
  public static final String START_ID = "HEDDLE_START_ID";

  /** The service. */
  public static final String SERVICE = "HEDDLE_SERVICE";

  /** The service's class. */
  public static final String MAIN_CLASS = "HEDDLE_MAIN_CLASS";

  /** The service's settings: a JSON object whose values are texts. */
  public static final String SERVICE_CONFIG = "HEDDLE_SERVICE_CONFIG";

  /** {@code none} or {@code stdin}; see {@link Lifeline}. */
  public static final String LIFELINE = "HEDDLE_LIFELINE";

  /**
   * As variables.
   *
   * @throws IllegalArgumentException if the settings, or the identities, are longer than a variable
   *     may be
   */
  public ImmutableSortedMap<String, String> toMap() {
    ImmutableSortedMap.Builder<String, String> map = ImmutableSortedMap.naturalOrder();
    map.put(CLUSTER, access.cluster());
    map.put(ZOOKEEPER, access.zooKeeper());
    access.secured().ifPresent(secured -> {
      map.put(CREDENTIAL, encode(secured.own()));
      map.put(IDENTITIES, secured.control().toText());
    });
    map.put(INSTANCE, instance.name());
    map.put(CONTAINER_ID, start.container().name());
    map.put(START_ID, start.startId());
    map.put(SERVICE, service.name());
    map.put(MAIN_CLASS, mainClass);
    map.put(SERVICE_CONFIG, ConfigJson.encode(config));
    map.put(LIFELINE, Ascii.toLowerCase(lifeline.name()));
    return map.buildOrThrow();
  }

  /**
   * Reads what {@link #toMap} wrote; ignores other variables.
   *
   * @throws IllegalArgumentException if a variable is missing or wrong; names it, and its value
   *     unless it is a secret
   */
  public static ContainerEnvironment read(Map<String, String> variables) {
    return new ContainerEnvironment(
        new ClusterAccess(
            get(variables, CLUSTER, name -> Names.check("cluster", name)),
            get(variables, ZOOKEEPER, text -> ClusterAccess.of("any", text).zooKeeper()),
            secured(variables)),
        get(variables, INSTANCE, InstanceId::of),
        new ContainerStart(
            get(variables, CONTAINER_ID, ContainerId::of),
            get(variables, START_ID, id -> Names.check("start", id))),
        get(variables, SERVICE, ResourceId::of),
        get(variables, MAIN_CLASS, name -> name),
        get(variables, SERVICE_CONFIG, ConfigJson::decode),
        get(variables, LIFELINE, text -> Lifeline.valueOf(Ascii.toUpperCase(text))));
  }

  private static Optional<ClusterAccess.Secured> secured(Map<String, String> variables) {
    if (!variables.containsKey(CREDENTIAL) && !variables.containsKey(IDENTITIES)) {
      return Optional.empty();
    }
    return Optional.of(new ClusterAccess.Secured(
        get(variables, CREDENTIAL, ContainerEnvironment::decodeCredential),
        get(variables, IDENTITIES, AccessControl::parse)));
  }

  private static <T> T get(
      Map<String, String> variables, String variable, Function<String, T> reader) {
    @Nullable String value = variables.get(variable);
    if (value == null) {
      throw new IllegalArgumentException("environment variable " + variable + " is missing");
    }
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "environment variable " + variable + " is wrong: " + e.getMessage(), e);
    }
  }

  private static String encode(Credential credential) {
    return credential.scheme() + ":" + Base64.getEncoder().encodeToString(credential.proof());
  }

  private static Credential decodeCredential(String text) {
    List<String> parts = Splitter.on(':').limit(2).splitToList(text);
    try {
      if (parts.size() == 2 && Names.isValid(parts.get(0))) {
        return new Credential(parts.get(0), Base64.getDecoder().decode(parts.get(1)));
      }
    } catch (IllegalArgumentException e) {
      // Not passed on: its message may show a part of the secret.
    }
    throw new IllegalArgumentException("must be a scheme, ':' and Base64");
  }
}
