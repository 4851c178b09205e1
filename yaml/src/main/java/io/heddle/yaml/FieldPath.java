// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

/** Names fields for messages, such as {@code jobs[2].name}; bounded, whatever the keys are. */
final class FieldPath {
  private static final int MAX_LENGTH = 300;

  private FieldPath() {}

  static String key(String path, String key) {
    return append(path, (path.isEmpty() ? "" : ".") + YamlProblem.printable(key));
  }

  static String item(String path, int index) {
    return append(path, "[" + index + "]");
  }

  /** Without the bound, one long key over many short ones would cost the square of the size. */
  private static String append(String path, String part) {
    return path.length() > MAX_LENGTH ? path : path + part;
  }
}
