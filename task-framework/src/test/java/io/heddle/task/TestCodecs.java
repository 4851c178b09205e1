// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.schema.Codec;
import java.nio.charset.StandardCharsets;

/** Codecs for tests. */
final class TestCodecs {
  /** Writes any text as it is. */
  static final Codec<String> RAW = new Codec<>() {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public byte[] encode(String document) {
      return document.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] data) {
      return new String(data, StandardCharsets.UTF_8);
    }
  };

  private TestCodecs() {}
}
