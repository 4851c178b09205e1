// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Where the kit may lean; see docs/architecture.md. */
@AnalyzeClasses(
    packages = "io.heddle.testkit",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Users' own tests run without a server, a child process or an application of ours. */
  @ArchTest
  static final ArchRule knowsNoServerNoProviderAndNoApplication = noClasses()
      .that()
      .resideInAPackage("io.heddle.testkit..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.embedded..",
          "io.heddle.store.zookeeper..",
          "io.heddle.provisioner.local..",
          "io.heddle.launcher..",
          "io.heddle.recipes..",
          "org.apache.zookeeper..");

  @ArchTest
  static final ArchRule itsInnardsLeanOnNothingOfItsSurface = noClasses()
      .that()
      .resideInAPackage("io.heddle.testkit.internal..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.heddle.testkit.provider..");
}
