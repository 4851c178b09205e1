// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.model.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceSpecTest {
  private static final ServiceSpec DB =
      ServiceSpec.builder("DB", "com.example.Db").build();

  @Test
  void knowsTheNumbersOfItsInstances() {
    assertThat(DB.instance(12)).isEqualTo(InstanceId.of("DB-12"));
    assertThat(DB.number(InstanceId.of("DB-12"))).hasValue(12);
    assertThat(DB.number(InstanceId.of("DB-0"))).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DB-", "DB-01", "DB-x", "DB", "DBX-1", "DB-1-1", "DB-9999999999"})
  void knowsThatOtherInstancesHaveNone(String name) {
    assertThat(DB.number(InstanceId.of(name))).isEmpty();
  }

  @Test
  void leavesRoomForAllNumbersInNames() {
    String longest = "a".repeat(ServiceSpec.MAX_NAME);
    InstanceId instance = ServiceSpec.builder(longest, "x").build().instance(Integer.MAX_VALUE / 4);

    String container =
        ContainerIds.of(instance, Token.of(Token.MAX_EPOCH, Token.MAX_COUNTER)).name();

    assertThat(Names.isValid(container)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceSpec.builder(longest + "a", "x").build())
        .withMessageContaining("97 characters, at most 96");
  }

  @Test
  void givesEachContainerOfAnInstanceItsOwnId() {
    InstanceId instance = DB.instance(0);

    assertThat(ContainerIds.of(instance, Token.of(3, 17)).name()).isEqualTo("DB-0.3.17");
    assertThat(
            DB.container(0).withId(ContainerIds.of(instance, Token.of(3, 18))).participant())
        .isEqualTo(instance);
  }

  @Test
  void refusesFiguresThatNoContainerCanHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DB.withContainers(10_001))
        .withMessage("service DB: containers must be 0 to 10000, not 10001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceSpec.builder("DB", "x").memoryMb(0).build())
        .withMessageContaining("memory must be at least 1 MiB");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceSpec.builder("DB", " ").build())
        .withMessage("service DB: the main class is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relative.jar",
        "file:relative.jar",
        "/opt/x.jar",
        "ftp://host/x",
        "file:///opt/../etc",
        "jar:file:///x.jar!/",
        "file:///opt/%2e%2e/etc",
        "http://[",
        ":"
      })
  void refusesPackagesThatAreNoPlace(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceSpec.builder("DB", "x").packageUri(uri).build())
        .withMessageContaining("must be a URI with an absolute path without '..'");
  }
}
