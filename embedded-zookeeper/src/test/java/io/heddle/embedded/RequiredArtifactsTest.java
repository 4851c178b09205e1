// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredArtifactsTest {
  @Test
  void isContentWithTheModulesOwnClassPath() {
    ClassLoader loader = RequiredArtifactsTest.class.getClassLoader();

    assertThatCode(() -> RequiredArtifacts.check(loader)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "com.codahale.metrics, io.dropwizard.metrics:metrics-core",
    "org.xerial.snappy, org.xerial.snappy:snappy-java"
  })
  void namesTheMissingArtifact(String hiddenPackage, String artifact) {
    ClassLoader loader = new Hiding(hiddenPackage);

    assertThatThrownBy(() -> RequiredArtifacts.check(loader))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(artifact)
        .hasMessageContaining(hiddenPackage);
  }

  /** A class path that lacks one artifact. */
  private static final class Hiding extends ClassLoader {
    private final String hiddenPackage;

    Hiding(String hiddenPackage) {
      super(RequiredArtifactsTest.class.getClassLoader());
      this.hiddenPackage = hiddenPackage;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(hiddenPackage)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }
}
