// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.base.Splitter;
import com.google.common.base.StandardSystemProperty;
import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.Lifeline;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes a provider of local containers. Confined to one thread. */
public final class LocalContainerProviderBuilder {
  /** How long a process may take to end when asked, where nothing else is said. */
  public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(10);

  private final Path root;
  private final ClusterAccess access;
  private final ImmutableList.Builder<String> jvmOptions = ImmutableList.builder();
  private Path java = Path.of(own(StandardSystemProperty.JAVA_HOME), "bin", "java");
  private String classPath = own(StandardSystemProperty.JAVA_CLASS_PATH);
  private @Nullable String launcherClass;
  private Duration stopGrace = DEFAULT_STOP_GRACE;
  private Lifeline lifeline = Lifeline.NONE;
  private int keepReleased = 20;
  private Optional<Path> setsid = find("setsid");

  LocalContainerProviderBuilder(Path root, ClusterAccess access) {
    this.root = root;
    this.access = access;
  }

  /** Sets the java command. The default is the one that runs here. */
  public LocalContainerProviderBuilder java(Path command) {
    this.java = command;
    return this;
  }

  /** Sets the class path of containers without a package. The default is the one in use here. */
  public LocalContainerProviderBuilder classPath(String entries) {
    this.classPath = entries;
    return this;
  }

  /** Adds an option for every JVM, after the provider's own. */
  public LocalContainerProviderBuilder jvmOption(String option) {
    jvmOptions.add(option);
    return this;
  }

  /**
   * Sets the class whose main method runs the service's class, which it learns from its
   * environment. By default the service's class has a main method of its own.
   */
  public LocalContainerProviderBuilder launcherClass(String name) {
    this.launcherClass = name;
    return this;
  }

  /** Sets how long a process may take to end when asked, 0 to 1 hour; 10 s by default. */
  public LocalContainerProviderBuilder stopGrace(Duration grace) {
    this.stopGrace = grace;
    return this;
  }

  /**
   * Lets no container outlive this process, however it ends: their standard input is a pipe from
   * here, and when that ends, so do they. The waiter sees to it; a process that looks at its
   * standard input itself may end more gracefully. By default containers live on.
   */
  public LocalContainerProviderBuilder dieWithController() {
    this.lifeline = Lifeline.STDIN;
    return this;
  }

  /** Sets how many directories of released containers are kept for their logs; 20 by default. */
  public LocalContainerProviderBuilder keepReleased(int count) {
    this.keepReleased = count;
    return this;
  }

  /** Sets the setsid command; empty does without process groups. */
  LocalContainerProviderBuilder setsid(Optional<Path> command) {
    this.setsid = command;
    return this;
  }

  /**
   * The provider. Its threads start with the first call.
   *
   * @throws IllegalArgumentException if a figure is not allowed
   */
  public LocalContainerProvider build() {
    return new LocalContainerProvider(
        new LocalConfig(
            root.toAbsolutePath().normalize(),
            access,
            java,
            absolute(classPath),
            jvmOptions.build(),
            Optional.ofNullable(launcherClass),
            stopGrace,
            lifeline,
            keepReleased,
            setsid),
        new ProcessTable(Path.of("/proc")));
  }

  /** The containers' working directory is another than ours. */
  private static String absolute(String classPath) {
    return Splitter.on(File.pathSeparatorChar)
        .splitToStream(classPath)
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Optional<Path> find(String command) {
    return Splitter.on(File.pathSeparatorChar)
        .splitToStream(Strings.nullToEmpty(System.getenv("PATH")))
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String own(StandardSystemProperty property) {
    return Strings.nullToEmpty(property.value());
  }
}
