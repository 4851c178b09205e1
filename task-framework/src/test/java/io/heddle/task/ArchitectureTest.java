// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.heddle.pipeline.Stage;

/** Where the task framework may lean; see docs/architecture.md. */
@AnalyzeClasses(packages = "io.heddle.task", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Of core what extensions plug into; no store of a kind, and above all no provisioner. */
  @ArchTest
  static final ArchRule knowsCoreAndYamlOnly = classes()
      .that()
      .resideInAPackage("io.heddle.task..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.task..",
          "io.heddle.controller",
          "io.heddle.participant",
          "io.heddle.pipeline",
          "io.heddle.schema",
          "io.heddle.store",
          "io.heddle.runtime",
          "io.heddle.model",
          "io.heddle.yaml",
          "com.fasterxml.jackson.core..",
          "java..",
          "com.google.common..",
          "com.google.errorprone.annotations..",
          "org.jspecify..",
          "org.slf4j..");

  @ArchTest
  static final ArchRule stagesArePure = noClasses()
      .that()
      .implement(Stage.class)
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
          "org.slf4j..",
          "java.io..",
          "java.nio.file..",
          "java.net..",
          "java.util.concurrent..",
          "io.heddle.store..",
          "io.heddle.runtime..")
      .orShould()
      .dependOnClassesThat()
      .haveFullyQualifiedName("java.time.Clock")
      .orShould()
      .dependOnClassesThat()
      .haveFullyQualifiedName("java.util.Random")
      .orShould()
      .dependOnClassesThat()
      .haveFullyQualifiedName("java.lang.Thread");
}
