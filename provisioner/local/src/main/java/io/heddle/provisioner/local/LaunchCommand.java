// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerSpec;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnvironment;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is run for a container, and with which variables. */
final class LaunchCommand {
  private LaunchCommand() {}

  /**
   * The command of the JVM.
   *
   * @throws ContainerProviderException IMPOSSIBLE, if the package can't be had
   */
  static ImmutableList<String> jvm(LocalConfig config, ContainerSpec spec) {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add(config.java().toString());
    command.add("-Xmx" + JvmMemory.heapMb(spec.memoryMb()) + "m");
    command.add("-XX:+ExitOnOutOfMemoryError");
    if (spec.cores() > 0) {
      command.add("-XX:ActiveProcessorCount=" + (long) Math.ceil(spec.cores()));
    }
    command.addAll(config.jvmOptions());
    command.add("-cp", classPath(config, spec));
    command.add(config.launcherClass().orElse(spec.mainClass()));
    return command.build();
  }

  /**
   * The variables of the container.
   *
   * @throws ContainerProviderException IMPOSSIBLE, if they are too long
   */
  static ImmutableSortedMap<String, String> environment(
      LocalConfig config, ContainerSpec spec, ContainerStart start) {
    try {
      return new ContainerEnvironment(
              config.access(),
              spec.participant(),
              start,
              spec.service(),
              spec.mainClass(),
              spec.config(),
              config.lifeline())
          .toMap();
    } catch (IllegalArgumentException e) {
      throw new ContainerProviderException(
          Kind.IMPOSSIBLE, "container " + spec.id() + ": " + e.getMessage(), e);
    }
  }

  private static String classPath(LocalConfig config, ContainerSpec spec) {
    if (spec.packageUri().isEmpty()) {
      return config.classPath();
    }
    Path path = packagePath(spec);
    if (Files.isDirectory(path)) {
      return path + File.pathSeparator + path.resolve("*");
    }
    if (Files.isRegularFile(path) && path.getFileName().toString().endsWith(".jar")) {
      return path.toString();
    }
    throw new ContainerProviderException(
        Kind.IMPOSSIBLE,
        "container " + spec.id() + ": package " + spec.packageUri()
            + " must be a jar or a directory of jars and classes on this machine");
  }

  private static Path packagePath(ContainerSpec spec) {
    try {
      URI uri = URI.create(spec.packageUri());
      if ("file".equalsIgnoreCase(uri.getScheme())) {
        return Path.of(uri);
      }
    } catch (IllegalArgumentException e) {
      throw new ContainerProviderException(
          Kind.IMPOSSIBLE,
          "container " + spec.id() + ": package '" + spec.packageUri() + "' is no path",
          e);
    }
    throw new ContainerProviderException(
        Kind.IMPOSSIBLE,
        "container " + spec.id() + ": package " + spec.packageUri()
            + " must be a file: URI for local containers");
  }
}
