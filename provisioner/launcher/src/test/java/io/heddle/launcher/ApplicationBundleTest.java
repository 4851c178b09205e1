// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.task.JobSpec;
import io.heddle.task.WorkflowSpec;
import io.heddle.yaml.YamlError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationBundleTest {
  private static final String APPLICATION = """
      appName: shop
      services: [KEYS]
      serviceMainClassMap: {KEYS: io.heddle.launcher.KeyService}
      resources:
        - {name: keys, service: KEYS, partitions: 4, replicas: 2, stateModel: MasterSlave}
      taskConfigs:
      """;

  @TempDir
  Path directory;

  private Path application(String... taskConfigs) throws IOException {
    return write("shop.yaml", APPLICATION + "  - " + String.join("\n  - ", taskConfigs) + "\n");
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String workflow(String name, String job) {
    return "name: " + name + "\njobs:\n  - {name: all, command: wait, " + job + "}\n";
  }

  @Test
  void readsWorkflowsBesideTheApplicationAndByUri() throws Exception {
    write("jobs/nightly.yaml", workflow("nightly", "targetResource: keys"));
    Path hourly =
        write("hourly.yaml", workflow("hourly", "numberOfTasks: 2, instanceGroupTag: KEYS"));
    Path file = application(
        "{name: nightly, yamlFile: jobs/nightly.yaml}",
        "{name: hourly, yamlFile: \"" + hourly.toUri() + "\"}");

    ApplicationBundle bundle = ApplicationBundle.read(file);

    assertThat(bundle.spec().name()).isEqualTo("shop");
    assertThat(bundle.workflows())
        .extracting(WorkflowSpec::name)
        .containsExactly("nightly", "hourly");
  }

  @Test
  void isReadWithoutWorkflowsToo() throws Exception {
    Path file = write("shop.yaml", APPLICATION + "  []\n");

    assertThat(ApplicationBundle.read(file).workflows()).isEmpty();
    assertThatThrownBy(() -> ApplicationBundle.read(directory.resolve("none.yaml")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void tellsWhatIsWrongInAllFilesAtOnce() throws Exception {
    write("one.yaml", workflow("one", "numberOfTasks: none"));
    write("two.yaml", workflow("zwei", "targetResource: doors"));
    write("three.yaml", workflow("three", "numberOfTasks: 1, instanceGroupTag: DB"));
    Path file = application(
        "{name: one, yamlFile: one.yaml}",
        "{name: two, yamlFile: two.yaml}",
        "{name: three, yamlFile: three.yaml}",
        "{name: four, yamlFile: four.yaml}");

    assertThatThrownBy(() -> ApplicationBundle.read(file))
        .isInstanceOf(YamlError.class)
        .hasMessageContaining(
            directory.resolve("one.yaml") + ":3:47: jobs[0].numberOfTasks = 'none': ")
        .hasMessageContaining(directory.resolve("two.yaml") + ":1:7: name = 'zwei': must be two, ")
        .hasMessageContaining(directory.resolve("two.yaml")
            + ":3:48: jobs[0].targetResource = 'doors': must be a resource of the application: one"
            + " of KEYS, keys")
        .hasMessageContaining(directory.resolve("three.yaml")
            + ":3:68: jobs[0].instanceGroupTag = 'DB': must be a service of the application: one of"
            + " KEYS")
        .hasMessageContaining(file + ":10:28: taskConfigs[3].yamlFile = 'four.yaml': must be a"
            + " workflow's file; a relative path starts beside " + file);
  }

  @Test
  void forgetsNoWorkflowThatTheSpecNames() {
    String text = APPLICATION + "  - {name: nightly, yamlFile: nightly.yaml}\n";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApplicationBundle.of(ApplicationSpecYaml.read("shop.yaml", text)))
        .withMessageContaining("application shop")
        .withMessageContaining("[nightly]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ApplicationBundle(
            ApplicationSpecYaml.read("shop.yaml", APPLICATION + "  []\n"),
            ImmutableList.of(WorkflowSpec.builder("hourly")
                .job(JobSpec.builder("all").command("wait").numberOfTasks(1))
                .build())))
        .withMessageContaining("[hourly]");
  }
}
