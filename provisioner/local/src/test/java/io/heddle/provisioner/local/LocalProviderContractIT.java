// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import io.heddle.model.ContainerSpec;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.testkit.provider.ContainerProviderContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalProviderContractIT extends ContainerProviderContract {
  @TempDir
  private Path root;

  @Override
  protected ContainerProvider open() {
    return TestContainers.builder(root).build();
  }

  @Override
  protected ContainerSpec spec(String container, String participant, Behaviour behaviour) {
    return switch (behaviour) {
      case RUNS -> TestContainers.spec(container, participant, "run");
      case EXITS -> TestContainers.spec(container, participant, "exit", "code", "" + EXIT_CODE);
    };
  }
}
