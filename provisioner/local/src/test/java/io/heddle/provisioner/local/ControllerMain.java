// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import io.heddle.model.ContainerSpec;
import java.nio.file.Path;

/** A controller in a process of its own: starts one container, says so, and waits to be killed. */
public final class ControllerMain {
  private ControllerMain() {}

  /** Runs. Arguments: the root, and {@code lifeline} or {@code none}. */
  public static void main(String[] args) throws Exception {
    LocalContainerProviderBuilder builder = TestContainers.builder(Path.of(args[0]));
    if (args[1].equals("lifeline")) {
      builder.dieWithController();
    }
    LocalContainerProvider provider = builder.build();
    ContainerSpec spec = TestContainers.spec("DB-0.1", "DB-0", "run");
    ProviderFixture.startReady(provider, spec);
    System.out.println("started");
    Thread.sleep(Long.MAX_VALUE);
  }
}
