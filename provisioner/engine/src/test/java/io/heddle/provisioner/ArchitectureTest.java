// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.heddle.pipeline.Stage;

/** Where the engine of the provisioner may lean; see docs/architecture.md. */
@AnalyzeClasses(
    packages = "io.heddle.provisioner",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Of core what extensions plug into; no provider of a kind, and above all no task framework. */
  @ArchTest
  static final ArchRule knowsCoreAndYamlOnly = classes()
      .that()
      .resideInAPackage("io.heddle.provisioner..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.provisioner",
          "io.heddle.provisioner.control",
          "io.heddle.admin",
          "io.heddle.controller",
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

  /** A provider is written against the package itself; what controls it is not its business. */
  @ArchTest
  static final ArchRule theContractKnowsNothingOfItsControl = noClasses()
      .that()
      .resideInAPackage("io.heddle.provisioner")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.provisioner.control..", "io.heddle.controller..", "io.heddle.pipeline..");

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
