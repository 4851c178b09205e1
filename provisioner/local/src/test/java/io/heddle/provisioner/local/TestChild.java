// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import io.heddle.provisioner.ContainerEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The process of a container in tests. What it does is the setting {@code do}. */
public final class TestChild {
  /** Written to the working directory once it does what it is to do. */
  static final String READY = "ready";

  private TestChild() {}

  /** Behaves. */
  public static void main(String[] args) throws Exception {
    ContainerEnvironment environment = ContainerEnvironment.read(System.getenv());
    System.out.println("hello from " + environment.instance() + " in " + environment.start());
    System.err.println("max " + Runtime.getRuntime().maxMemory() / (1024 * 1024) + " cpus "
        + Runtime.getRuntime().availableProcessors());
    switch (environment.config().getOrDefault("do", "run")) {
      case "exit" -> System.exit(Integer.parseInt(environment.config().getOrDefault("code", "0")));
      case "drain" ->
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("drained")));
      case "stubborn" -> Runtime.getRuntime().addShutdownHook(new Thread(TestChild::hang));
      case "exhaust" -> exhaust();
      case "family" -> family();
      default -> {
        // Just runs.
      }
    }
    Files.writeString(Path.of(READY), "");
    hang();
  }

  private static void hang() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        // Nobody interrupts; if somebody does, it goes on all the same.
      }
    }
  }

  private static void exhaust() throws IOException {
    Files.writeString(Path.of(READY), "");
    List<byte[]> all = new ArrayList<>();
    while (all.size() < Integer.MAX_VALUE) {
      all.add(new byte[1 << 20]);
    }
  }

  /** One child in the group, one that ignores TERM, and one that has left the group. */
  private static void family() throws IOException {
    new ProcessBuilder("sleep", "600").start();
    new ProcessBuilder("sh", "-c", "trap '' TERM; sleep 600; :").start();
    new ProcessBuilder("setsid", "sleep", "600").start();
  }
}
