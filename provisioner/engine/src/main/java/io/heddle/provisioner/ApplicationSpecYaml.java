// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Names;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.yaml.YamlDocument;
import io.heddle.yaml.YamlError;
import io.heddle.yaml.YamlMap;
import io.heddle.yaml.YamlProblem;
import io.heddle.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads an application spec.
 *
 * <pre>
 * appName: search
 * appConfig: {region: eu}
 * appPackageUri: file:///opt/search/lib
 * services: [DB, ETL]
 * serviceConfigMap:
 *   DB: {num_containers: 3, memory: 256m, cores: 1, config: {port: 7000}}
 *   ETL: {num_containers: 2, memory: 128}
 * serviceMainClassMap: {DB: com.example.Db, ETL: com.example.Etl}
 * servicePackageURIMap: {ETL: "file:///opt/etl.jar"}
 * resources:
 *   - {name: documents, service: DB, partitions: 6, replicas: 3, stateModel: MasterSlave}
 * taskConfigs:
 *   - {name: nightly, yamlFile: nightly.yaml}
 * </pre>
 *
 * <p>Required are {@code appName}, {@code services}, a main class for each service, and of a
 * resource {@code name}, {@code service} and {@code partitions}. Memory is in MiB unless it ends in
 * {@code m} or {@code g}. A resource's {@code mode} is FULL_AUTO, or USER_DEFINED with the name of
 * the {@code rebalancer}; the modes that list instances are set by the admin client, since
 * instances come and go.
 */
public final class ApplicationSpecYaml {
  private static final Pattern MEMORY = Pattern.compile("([1-9][0-9]{0,6})([mMgG]?)");
  private static final int MIN_MEMORY_MB = 16;
  private static final int MAX_MEMORY_MB = 1 << 20;

  private final YamlMap root;
  private final List<YamlProblem> problems = new ArrayList<>();

  private ApplicationSpecYaml(YamlMap root) {
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it can't be read
   * @throws YamlError if it is no application spec
   */
  public static ApplicationSpec read(Path file) throws IOException {
    return new ApplicationSpecYaml(YamlDocument.read(file)).spec();
  }

  /**
   * Reads a text.
   *
   * @param file what messages call it
   * @param text the spec
   * @throws YamlError if it is no application spec
   */
  public static ApplicationSpec read(String file, String text) {
    return new ApplicationSpecYaml(YamlDocument.read(file, text)).spec();
  }

  private ApplicationSpec spec() {
    String name = root.parsed("appName", text -> Names.check("application", text));
    ImmutableSortedMap<String, String> config = appConfig();
    Optional<String> appPackage = root.optionalParsed("appPackageUri", PackageUris::check);
    Map<ResourceId, YamlValue> names = serviceNames();
    ImmutableMap<String, YamlValue> configs = perService("serviceConfigMap", names);
    ImmutableMap<String, YamlValue> packages = perService("servicePackageURIMap", names);
    ImmutableMap<String, YamlValue> mainClasses = perService("serviceMainClassMap", names);
    ImmutableList.Builder<ServiceSpec> services = ImmutableList.builder();
    names.forEach((service, at) -> {
      @Nullable YamlValue mainClass = mainClasses.get(service.name());
      if (mainClass == null || mainClass.isNull()) {
        problems.add(at.problem("the service has no main class; add it to serviceMainClassMap"));
        return;
      }
      String packageUri = Optional.ofNullable(packages.get(service.name()))
          .filter(value -> !value.isNull())
          .map(value -> value.parsed(PackageUris::check))
          .or(() -> appPackage)
          .orElse("");
      services.add(service(
          service,
          mainClass.parsed(ApplicationSpecYaml::className),
          packageUri,
          Optional.ofNullable(configs.get(service.name())).map(YamlValue::map)));
    });
    ImmutableList<ResourceSpec> resources = resources(names);
    ImmutableList<TaskConfig> tasks = tasks();
    root.done();
    YamlError.throwIfAny(problems);
    return new ApplicationSpec(name, config, appPackage, services.build(), resources, tasks);
  }

  /** Texts by name, also in the older form: under the one key {@code config}. */
  private ImmutableSortedMap<String, String> appConfig() {
    Optional<YamlMap> given = root.optionalMap("appConfig");
    Optional<YamlMap> older = given
        .filter(map -> map.keys().size() == 1 && isMap(map, "config"))
        .flatMap(map -> map.optionalMap("config"));
    return ImmutableSortedMap.copyOf(
        older.or(() -> given).map(YamlMap::strings).orElse(ImmutableMap.of()));
  }

  private static boolean isMap(YamlMap map, String key) {
    return map.keys().contains(key)
        && map.optional(key).filter(YamlValue::isMap).isPresent();
  }

  private Map<ResourceId, YamlValue> serviceNames() {
    Map<ResourceId, YamlValue> names = new LinkedHashMap<>();
    for (YamlValue item : root.value("services").list()) {
      ResourceId service = item.parsed(text -> ServiceSpec.checkName(ResourceId.of(text)));
      if (names.putIfAbsent(service, item) != null) {
        problems.add(item.problem("the service comes twice"));
      }
    }
    if (names.isEmpty()) {
      problems.add(root.keyProblem("services", "must name at least one service"));
    }
    return names;
  }

  private ImmutableMap<String, YamlValue> perService(
      String key, Map<ResourceId, YamlValue> services) {
    ImmutableMap<String, YamlValue> values =
        root.optionalMap(key).map(YamlMap::entries).orElse(ImmutableMap.of());
    values.forEach((name, value) -> {
      if (!Names.isValid(name) || !services.containsKey(ResourceId.of(name))) {
        problems.add(root.value(key).map().keyProblem(name, notAService(services)));
      }
    });
    return values;
  }

  private static String notAService(Map<ResourceId, YamlValue> services) {
    return services.keySet().stream()
        .map(ResourceId::name)
        .collect(Collectors.joining(", ", "is not a service; must be one of ", ""));
  }

  private static ServiceSpec service(
      ResourceId name, String mainClass, String packageUri, Optional<YamlMap> config) {
    ServiceSpec.Builder spec = ServiceSpec.builder(name.name(), mainClass).packageUri(packageUri);
    config.ifPresent(map -> {
      map.optionalInteger("num_containers", 0, ServiceSpec.MAX_CONTAINERS)
          .ifPresent(spec::containers);
      map.optionalParsed("memory", ApplicationSpecYaml::memoryMb).ifPresent(spec::memoryMb);
      map.optional("cores").map(value -> value.decimal(0, 1024)).ifPresent(spec::cores);
      map.stringMap("config").forEach(spec::config);
    });
    return spec.build();
  }

  private ImmutableList<ResourceSpec> resources(Map<ResourceId, YamlValue> services) {
    Map<ResourceId, ResourceSpec> resources = new LinkedHashMap<>();
    for (YamlMap map : root.maps("resources")) {
      ResourceId id = map.parsed("name", ResourceId::of);
      ResourceId service = map.parsed("service", ResourceId::of);
      ResourceSpec.Builder spec = ResourceSpec.builder(id.name())
          .instanceTag(service.name())
          .partitions(map.integer("partitions", 1, ResourceSpec.MAX_PARTITIONS))
          .mode(mode(map));
      map.optionalInteger("replicas", 1, ServiceSpec.MAX_CONTAINERS).ifPresent(spec::replicas);
      map.optionalParsed("stateModel", name -> Names.check("state model", name))
          .ifPresent(spec::stateModel);
      if (!services.containsKey(service)) {
        problems.add(map.value("service").problem(notAService(services)));
      }
      if (services.containsKey(id)) {
        problems.add(map.value("name")
            .problem("is the name of a service, which is a resource of its own; take another"));
      }
      if (resources.put(id, spec.build()) != null) {
        problems.add(map.value("name").problem("the resource comes twice"));
      }
    }
    return ImmutableList.copyOf(resources.values());
  }

  private static RebalanceMode mode(YamlMap resource) {
    Optional<String> rebalancer =
        resource.optionalParsed("rebalancer", name -> Names.check("rebalancer", name));
    String mode = resource.optionalString("mode").orElse("FULL_AUTO");
    return switch (mode) {
      case "FULL_AUTO" -> {
        if (rebalancer.isPresent()) {
          throw resource.value("rebalancer").error("goes with mode USER_DEFINED only");
        }
        yield new RebalanceMode.FullAuto();
      }
      case "USER_DEFINED" ->
        new RebalanceMode.UserDefined(rebalancer.orElseGet(() -> resource.string("rebalancer")));
      default ->
        throw resource
            .value("mode")
            .error(
                "must be FULL_AUTO or USER_DEFINED; SEMI_AUTO and CUSTOMIZED are set by the admin client");
    };
  }

  private ImmutableList<TaskConfig> tasks() {
    Map<String, TaskConfig> tasks = new LinkedHashMap<>();
    for (YamlMap map : root.maps("taskConfigs")) {
      String name = map.parsed("name", text -> Names.check("workflow", text));
      TaskConfig task = map.parsed("yamlFile", file -> new TaskConfig(name, file));
      if (tasks.put(name, task) != null) {
        problems.add(map.value("name").problem("the workflow comes twice"));
      }
    }
    return ImmutableList.copyOf(tasks.values());
  }

  private static int memoryMb(String text) {
    Matcher matcher = MEMORY.matcher(text);
    if (matcher.matches()) {
      boolean gibi = matcher.group(2).equalsIgnoreCase("g");
      long mb = Long.parseLong(matcher.group(1)) * (gibi ? 1024 : 1);
      if (mb >= MIN_MEMORY_MB && mb <= MAX_MEMORY_MB) {
        return (int) mb;
      }
    }
    throw new IllegalArgumentException("must be a number of MiB such as 256, 256m or 2g, from "
        + MIN_MEMORY_MB + "m to " + MAX_MEMORY_MB / 1024 + "g");
  }

  private static String className(String text) {
    if (text.length() > 1024
        || !text.matches("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*")) {
      throw new IllegalArgumentException("must be the full name of a class");
    }
    return text;
  }
}
