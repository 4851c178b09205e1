// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A recipe is written as a user would write it; see docs/architecture.md. */
@AnalyzeClasses(packages = "io.heddle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule nothingLeansOnRecipes = noClasses()
      .that()
      .resideOutsideOfPackage("io.heddle.recipes..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.heddle.recipes..");

  /** Layout, codecs and the store's port are for those who extend Heddle, not for its users. */
  @ArchTest
  static final ArchRule recipesUseNoInnards = noClasses()
      .that()
      .resideInAPackage("io.heddle.recipes..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.schema..",
          "io.heddle.rebalance..",
          "io.heddle.store.memory..",
          "io.heddle.provisioner.control..",
          "io.heddle.testkit..",
          "org.apache.zookeeper..",
          "org.apache.curator..",
          "com.fasterxml.jackson..",
          "org.yaml..");
}
