// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Where a container provider may lean; see docs/architecture.md. */
@AnalyzeClasses(
    packages = "io.heddle.provisioner.local",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** The contract of providers, and core's values: neither what controls it, nor the store. */
  @ArchTest
  static final ArchRule knowsTheContractOnly = classes()
      .that()
      .resideInAPackage("io.heddle.provisioner.local..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.provisioner.local..",
          "io.heddle.provisioner",
          "io.heddle.runtime",
          "io.heddle.model",
          "com.fasterxml.jackson.core..",
          "java..",
          "com.google.common..",
          "com.google.errorprone.annotations..",
          "org.jspecify..",
          "org.slf4j..");
}
