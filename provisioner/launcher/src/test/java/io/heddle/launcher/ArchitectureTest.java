// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, where all that is published meets; see docs/architecture.md. */
@AnalyzeClasses(packages = "io.heddle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule tasksKnowNoContainers = noClasses()
      .that()
      .resideInAPackage("io.heddle.task..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.heddle.provisioner..");

  @ArchTest
  static final ArchRule containersKnowNoTasks = noClasses()
      .that()
      .resideInAPackage("io.heddle.provisioner..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.heddle.task..");

  @ArchTest
  static final ArchRule coreKnowsNeither = noClasses()
      .that()
      .resideOutsideOfPackages(
          "io.heddle.task..", "io.heddle.provisioner..", "io.heddle.launcher..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.heddle.task..", "io.heddle.provisioner..");

  @ArchTest
  static final ArchRule nothingLeansOnTheLauncherOrAnApplication = noClasses()
      .that()
      .resideOutsideOfPackage("io.heddle.launcher..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.heddle.launcher..")
      .orShould()
      .dependOnClassesThat()
      .resideInAPackage("io.heddle.recipes..");

  /** Whoever reads YAML uses our reading, which is bounded and knows no tags. */
  @ArchTest
  static final ArchRule onlyYamlKnowsSnakeYaml = noClasses()
      .that()
      .resideOutsideOfPackage("io.heddle.yaml..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("org.yaml..");

  @ArchTest
  static final ArchRule onlyTheStoreAndTheServerKnowZooKeeper = noClasses()
      .that()
      .resideOutsideOfPackages("io.heddle.store.zookeeper..", "io.heddle.embedded..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..");
}
