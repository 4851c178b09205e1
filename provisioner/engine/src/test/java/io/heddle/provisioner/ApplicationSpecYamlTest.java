// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.yaml.YamlError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationSpecYamlTest {
  private static final String SMALL = """
      appName: search
      services: [DB]
      serviceMainClassMap: {DB: com.example.Db}
      """;

  private static ApplicationSpec read(String text) {
    return ApplicationSpecYaml.read("app.yaml", text);
  }

  private static void assertRefused(String text, String message) {
    assertThatExceptionOfType(YamlError.class).isThrownBy(() -> read(text)).withMessage(message);
  }

  @Test
  void readsAWholeSpec(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("app.yaml"), """
        appName: search
        appConfig: {region: NO, version: 1.10}
        appPackageUri: file:///opt/search/lib
        services: [DB, ETL]
        serviceConfigMap:
          DB: {num_containers: 3, memory: 256m, cores: 1.5, config: {port: 7000}}
          ETL: {num_containers: 2, memory: 1g}
        serviceMainClassMap: {DB: com.example.Db, ETL: com.example.Etl$Service}
        servicePackageURIMap: {ETL: "hdfs://nn/opt/etl.jar"}
        resources:
          - {name: documents, service: DB, partitions: 6, replicas: 3, stateModel: MasterSlave,
             mode: FULL_AUTO}
          - {name: own, service: ETL, partitions: 1, mode: USER_DEFINED, rebalancer: mine}
        taskConfigs:
          - {name: nightly, yamlFile: flows/nightly.yaml}
          - {name: hourly, yamlFile: "file:///opt/hourly.yaml"}
        """);

    ApplicationSpec spec = ApplicationSpecYaml.read(file);

    assertThat(spec.name()).isEqualTo("search");
    assertThat(spec.config()).containsEntry("region", "NO").containsEntry("version", "1.10");
    assertThat(spec.packageUri()).contains("file:///opt/search/lib");
    assertThat(spec.services())
        .containsExactly(
            ServiceSpec.builder("DB", "com.example.Db")
                .containers(3)
                .memoryMb(256)
                .cores(1.5)
                .packageUri("file:///opt/search/lib")
                .config("port", "7000")
                .build(),
            ServiceSpec.builder("ETL", "com.example.Etl$Service")
                .containers(2)
                .memoryMb(1024)
                .packageUri("hdfs://nn/opt/etl.jar")
                .build());
    assertThat(spec.service(ResourceId.of("ETL"))).contains(spec.services().get(1));
    assertThat(spec.resources())
        .containsExactly(
            ResourceSpec.builder("documents")
                .partitions(6)
                .replicas(3)
                .stateModel("MasterSlave")
                .instanceTag("DB")
                .build(),
            ResourceSpec.builder("own")
                .mode(new RebalanceMode.UserDefined("mine"))
                .instanceTag("ETL")
                .build());
    assertThat(spec.tasks())
        .extracting(task -> task.resolve(file))
        .containsExactly(dir.resolve("flows/nightly.yaml"), Path.of("/opt/hourly.yaml"));
  }

  @Test
  void hasDefaultsForWhatIsNotSaid() {
    ApplicationSpec spec = read(SMALL + "taskConfigs: null\nserviceConfigMap:\n");

    assertThat(spec.services())
        .containsExactly(ServiceSpec.builder("DB", "com.example.Db")
            .containers(1)
            .memoryMb(ServiceSpec.DEFAULT_MEMORY_MB)
            .build());
    assertThat(spec.resources()).isEmpty();
    assertThat(spec.tasks()).isEmpty();
    assertThat(spec.packageUri()).isEmpty();
  }

  @Test
  void readsTheOlderFormOfTheApplicationsSettings() {
    assertThat(read(SMALL + "appConfig: {config: {k1: v1}}").config()).containsOnlyKeys("k1");
    assertThat(read(SMALL + "appConfig: {config: v1}").config()).containsOnlyKeys("config");
  }

  @Test
  void readsMemoryWithAndWithoutUnit() {
    assertThat(read(SMALL + "serviceConfigMap: {DB: {memory: 256}}")
            .services()
            .get(0)
            .memoryMb())
        .isEqualTo(256);
    assertThat(read(SMALL + "serviceConfigMap: {DB: {memory: 2G}}")
            .services()
            .get(0)
            .memoryMb())
        .isEqualTo(2048);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lots", "0", "15", "1025g", "256mb", "1.5g", "0x100", "-1"})
  void refusesOtherMemory(String memory) {
    assertRefused(
        SMALL + "serviceConfigMap: {DB: {memory: " + memory + "}}",
        "app.yaml:4:33: serviceConfigMap.DB.memory = '" + memory
            + "': must be a number of MiB such as 256, 256m or 2g, from 16m to 1024g");
  }

  @Test
  void reportsAllUnknownKeysWithTheirPlaces() {
    assertRefused(
        SMALL + "appMasterPackageUri: x\nserviceConfigMap:\n  DB: {num_container: 3, disk: 1}\n",
        """
        app.yaml:4:1: appMasterPackageUri: is not a key here; did you mean 'appPackageUri'?; \
        allowed: appName, appConfig, appPackageUri, services, serviceConfigMap, \
        servicePackageURIMap, serviceMainClassMap, resources, taskConfigs
        app.yaml:6:8: serviceConfigMap.DB.num_container: is not a key here; did you mean \
        'num_containers'?; allowed: num_containers, memory, cores, config
        app.yaml:6:26: serviceConfigMap.DB.disk: is not a key here; \
        allowed: num_containers, memory, cores, config""");
  }

  @Test
  void reportsAllReferencesThatLeadNowhere() {
    assertRefused("""
        appName: search
        services: [DB, ETL, DB]
        serviceConfigMap: {DP: {num_containers: 3}}
        serviceMainClassMap: {DB: com.example.Db, "a/b": x}
        servicePackageURIMap: {WEB: "file:///x"}
        resources:
          - {name: docs, service: WEB, partitions: 1}
          - {name: ETL, service: ETL, partitions: 1}
          - {name: docs, service: DB, partitions: 1}
        taskConfigs:
          - {name: flow, yamlFile: a.yaml}
          - {name: flow, yamlFile: b.yaml}
        """, """
        app.yaml:2:21: services[2] = 'DB': the service comes twice
        app.yaml:3:20: serviceConfigMap.DP: is not a service; must be one of DB, ETL
        app.yaml:5:24: servicePackageURIMap.WEB: is not a service; must be one of DB, ETL
        app.yaml:4:43: serviceMainClassMap.a/b: is not a service; must be one of DB, ETL
        app.yaml:2:16: services[1] = 'ETL': the service has no main class; add it to \
        serviceMainClassMap
        app.yaml:7:27: resources[0].service = 'WEB': is not a service; must be one of DB, ETL
        app.yaml:8:12: resources[1].name = 'ETL': is the name of a service, which is a resource \
        of its own; take another
        app.yaml:9:12: resources[2].name = 'docs': the resource comes twice
        app.yaml:12:12: taskConfigs[1].name = 'flow': the workflow comes twice""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resources: [{name: d, service: DB, partitions: 0}]"
            + "| app.yaml:4:48: resources[0].partitions = '0': must be a whole number from 1 to 1000000,"
            + " in decimal, without quotes",
        "resources: [{name: d, service: DB}]"
            + "| app.yaml:4:13: resources[0].partitions: is required, but missing",
        "resources: [{name: d, service: DB, partitions: 1, mode: SEMI_AUTO}]"
            + "| app.yaml:4:57: resources[0].mode = 'SEMI_AUTO': must be FULL_AUTO or USER_DEFINED;"
            + " SEMI_AUTO and CUSTOMIZED are set by the admin client",
        "resources: [{name: d, service: DB, partitions: 1, mode: USER_DEFINED}]"
            + "| app.yaml:4:13: resources[0].rebalancer: is required, but missing",
        "resources: [{name: d, service: DB, partitions: 1, rebalancer: x}]"
            + "| app.yaml:4:63: resources[0].rebalancer = 'x': goes with mode USER_DEFINED only",
        "resources: {name: d}| app.yaml:4:12: resources: must be a list, not a map",
        "serviceConfigMap: {DB: 3}"
            + "| app.yaml:4:24: serviceConfigMap.DB = '3': must be a map of keys and values, not a text",
        "serviceConfigMap: {DB: {num_containers: yes}}"
            + "| app.yaml:4:41: serviceConfigMap.DB.num_containers = 'yes': must be a whole number from 0"
            + " to 10000, in decimal, without quotes",
        "appPackageUri: ../x"
            + "| app.yaml:4:16: appPackageUri = '../x': package '../x' must be a URI with an absolute"
            + " path without '..' and one of the schemes file, hdfs, https, http",
        "taskConfigs: [{name: flow}]"
            + "| app.yaml:4:15: taskConfigs[0].yamlFile: is required, but missing",
        "taskConfigs: [{name: flow, yamlFile: 'http://x/y'}]"
            + "| app.yaml:4:38: taskConfigs[0].yamlFile = 'http://x/y': workflow flow: 'http://x/y' must"
            + " be a file: URI or a path",
        "appName: x| app.yaml:4:1: appName: the key comes twice; it stands in line 1"
      },
      quoteCharacter = '~')
  void namesPlaceAndValueOfWhatIsWrong(String line, String message) {
    assertRefused(SMALL + line + "\n", message);
  }

  @Test
  void refusesServicesThatAreMissingOrHaveNoClass() {
    assertRefused(
        "appName: a\nservices: []\n", "app.yaml:2:1: services: must name at least one service");
    assertRefused("appName: a\n", "app.yaml:1:1: services: is required, but missing");
    assertRefused(
        "appName: a\nservices: [DB]\nserviceMainClassMap: {DB: not a class}\n",
        "app.yaml:3:27: serviceMainClassMap.DB = 'not a class': must be the full name of a class");
    assertRefused(
        "appName: a b\nservices: [DB]\n",
        "app.yaml:1:10: appName = 'a b': application name 'a b' is not allowed: must match"
            + " [A-Za-z0-9][A-Za-z0-9._-]{0,127} and must not be 'zookeeper'");
  }
}
