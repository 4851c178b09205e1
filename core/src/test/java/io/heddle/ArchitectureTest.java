// SPDX-License-Identifier: Apache-2.0
package io.heddle;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Arrows point down only; see docs/architecture.md. */
@AnalyzeClasses(packages = "io.heddle", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrows = layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .layer("admin")
      .definedBy("io.heddle.admin..")
      .layer("participant")
      .definedBy("io.heddle.participant..")
      .layer("spectator")
      .definedBy("io.heddle.spectator..")
      .layer("controller")
      .definedBy("io.heddle.controller..")
      .layer("messages")
      .definedBy("io.heddle.messages..")
      .layer("properties")
      .definedBy("io.heddle.properties..")
      .layer("locks")
      .definedBy("io.heddle.locks..")
      .layer("client")
      .definedBy("io.heddle.client..")
      .layer("schema")
      .definedBy("io.heddle.schema..")
      .layer("pipeline")
      .definedBy("io.heddle.pipeline..")
      .layer("rebalance")
      .definedBy("io.heddle.rebalance..")
      .layer("store")
      .definedBy("io.heddle.store..")
      .layer("model")
      .definedBy("io.heddle.model..")
      .layer("runtime")
      .definedBy("io.heddle.runtime..")
      .withOptionalLayers(true)
      .whereLayer("admin")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("properties")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("locks")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("messages")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("participant")
      .mayOnlyBeAccessedByLayers("messages")
      .whereLayer("spectator")
      .mayOnlyBeAccessedByLayers("messages")
      .whereLayer("client")
      .mayOnlyBeAccessedByLayers("messages", "properties")
      .whereLayer("controller")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("pipeline")
      .mayOnlyBeAccessedByLayers("controller")
      .whereLayer("rebalance")
      .mayOnlyBeAccessedByLayers("controller", "pipeline")
      .whereLayer("schema")
      .mayOnlyBeAccessedByLayers(
          "admin",
          "participant",
          "spectator",
          "controller",
          "client",
          "messages",
          "properties",
          "locks")
      .whereLayer("store")
      .mayOnlyBeAccessedByLayers(
          "admin",
          "participant",
          "spectator",
          "controller",
          "client",
          "messages",
          "properties",
          "locks",
          "schema")
      .whereLayer("runtime")
      .mayOnlyBeAccessedByLayers(
          "admin",
          "participant",
          "spectator",
          "controller",
          "client",
          "messages",
          "properties",
          "locks",
          "schema",
          "store");

  @ArchTest
  static final ArchRule onlyTheStoreKnowsZooKeeper = noClasses()
      .that()
      .resideOutsideOfPackages("io.heddle.store.zookeeper..", "io.heddle.embedded..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..");

  @ArchTest
  static final ArchRule onlyTheSchemaKnowsJson = noClasses()
      .that()
      .resideOutsideOfPackage("io.heddle.schema..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule decisionsArePure = noClasses()
      .that()
      .resideInAnyPackage("io.heddle.model..", "io.heddle.rebalance..", "io.heddle.pipeline..")
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

  @ArchTest
  static final ArchRule storesKnowNothingOfWhatTheyHold = classes()
      .that()
      .resideInAPackage("io.heddle.store..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.heddle.store..",
          "io.heddle.runtime..",
          "java..",
          "com.google.common..",
          "org.slf4j..",
          "org.jspecify..",
          "org.apache.zookeeper..",
          "com.google.errorprone.annotations..");
}
