// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.ResourceId;
import io.heddle.schema.AccessControl;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.schema.Role;
import io.heddle.store.Credential;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerEnvironmentTest {
  private static final ContainerEnvironment ENVIRONMENT = environment(Optional.empty());
  private static final AccessControl ROLES = AccessControl.byRole(Map.of(
      Role.CONTROLLER, new Identity("x509", "CN=ctl,O=ü"),
      Role.ADMIN, new Identity("digest", "adm:hash"),
      Role.PARTICIPANT, new Identity("digest", "part:hash"),
      Role.SPECTATOR, new Identity("digest", "spec:hash")));
  private static final Optional<ClusterAccess.Secured> SECURED =
      Optional.of(new ClusterAccess.Secured(Credential.digest("part", "s3cret"), ROLES));

  private static ContainerEnvironment environment(Optional<ClusterAccess.Secured> secured) {
    return new ContainerEnvironment(
        new ClusterAccess("search", "zk1:2181,[::1]:2181/heddle", secured),
        InstanceId.of("DB-0"),
        new ContainerStart(ContainerId.of("DB-0.3.17"), "s1"),
        ResourceId.of("DB"),
        "com.example.Db",
        ImmutableSortedMap.of("port", "7000", "motto", "\"ü\"\n"),
        Lifeline.STDIN);
  }

  @Test
  void comesBackAsItWent() {
    Map<String, String> variables = new TreeMap<>(ENVIRONMENT.toMap());
    variables.put("PATH", "/bin");

    assertThat(ContainerEnvironment.read(variables)).isEqualTo(ENVIRONMENT);
  }

  @Test
  void carriesACredentialAndNeverShowsIt() {
    byte[] proof = "admin:s3cret:\u00ff".getBytes(UTF_8);
    ContainerEnvironment environment =
        environment(Optional.of(new ClusterAccess.Secured(new Credential("digest", proof), ROLES)));

    ContainerEnvironment read = ContainerEnvironment.read(environment.toMap());

    assertThat(read).isEqualTo(environment);
    assertThat(read.access().secured().orElseThrow().own().proof()).isEqualTo(proof);
    assertThat(environment.toString()).doesNotContain("s3cret").contains("digest:***");
  }

  @Test
  void carriesTheIdentitiesOfAllRoles() {
    ContainerEnvironment environment = environment(SECURED);

    Map<String, String> variables = environment.toMap();

    assertThat(variables)
        .containsEntry(
            "HEDDLE_IDENTITIES",
            "{\"CONTROLLER\":\"x509:CN=ctl,O=\\u00fc\",\"ADMIN\":\"digest:adm:hash\","
                + "\"PARTICIPANT\":\"digest:part:hash\",\"SPECTATOR\":\"digest:spec:hash\"}");
    assertThat(ContainerEnvironment.read(variables)
            .access()
            .secured()
            .orElseThrow()
            .control())
        .isEqualTo(ROLES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEDDLE_CREDENTIAL", "HEDDLE_IDENTITIES"})
  void wantsCredentialAndIdentitiesTogether(String variable) {
    Map<String, String> variables = new TreeMap<>(environment(SECURED).toMap());
    variables.remove(variable);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContainerEnvironment.read(variables))
        .withMessage("environment variable " + variable + " is missing");
  }

  @Test
  void refusesASecretWithoutIdentities() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterAccess.secured(
            "search", "zk:2181", Credential.digest("part", "s3cret"), AccessControl.open()))
        .withMessageContaining("identities for all roles");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEDDLE_CLUSTER", "HEDDLE_ZOOKEEPER", "HEDDLE_INSTANCE", "HEDDLE_CONTAINER_ID",
        "HEDDLE_START_ID", "HEDDLE_SERVICE", "HEDDLE_MAIN_CLASS", "HEDDLE_SERVICE_CONFIG",
        "HEDDLE_LIFELINE"
      })
  void namesTheVariableThatIsMissing(String variable) {
    Map<String, String> variables = new TreeMap<>(ENVIRONMENT.toMap());
    variables.remove(variable);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContainerEnvironment.read(variables))
        .withMessage("environment variable " + variable + " is missing");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "HEDDLE_CLUSTER, a/b",
        "HEDDLE_ZOOKEEPER, a b",
        "HEDDLE_INSTANCE, ../x",
        "HEDDLE_SERVICE_CONFIG, []",
        "HEDDLE_SERVICE_CONFIG, ~{\"a\":1}~",
        "HEDDLE_SERVICE_CONFIG, ~{\"a\":\"1\",\"a\":\"2\"}~",
        "HEDDLE_SERVICE_CONFIG, ~{} x~",
        "HEDDLE_SERVICE_CONFIG, ~{\"a\":{}}~",
        "HEDDLE_LIFELINE, maybe",
        "HEDDLE_CREDENTIAL, s3cret",
        "HEDDLE_CREDENTIAL, digest:~~s3cret",
        "HEDDLE_IDENTITIES, ''",
        "HEDDLE_IDENTITIES, []",
        "HEDDLE_IDENTITIES, ~{\"ADMIN\":\"digest:adm:hash\"}~",
        "HEDDLE_IDENTITIES, ~{\"CONTROLLER\":\"digest\"}~",
        "HEDDLE_IDENTITIES, ~{\"CONTROLLER\":7}~"
      })
  void namesTheVariableThatIsWrong(String variable, String value) {
    Map<String, String> variables = new TreeMap<>(environment(SECURED).toMap());
    variables.put(variable, value);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContainerEnvironment.read(variables))
        .withMessageStartingWith("environment variable " + variable + " is wrong: ")
        .satisfies(e -> assertThat(e).hasMessageNotContaining("s3cret"));
  }

  @Test
  void refusesSettingsThatNoVariableCanHold() {
    ContainerEnvironment environment = new ContainerEnvironment(
        ENVIRONMENT.access(),
        ENVIRONMENT.instance(),
        ENVIRONMENT.start(),
        ENVIRONMENT.service(),
        ENVIRONMENT.mainClass(),
        ImmutableSortedMap.of("long", "x".repeat(64 * 1024)),
        Lifeline.NONE);

    assertThatIllegalArgumentException()
        .isThrownBy(environment::toMap)
        .withMessage("the settings [long] take 65547 bytes as JSON, at most 65536 are allowed");
  }
}
