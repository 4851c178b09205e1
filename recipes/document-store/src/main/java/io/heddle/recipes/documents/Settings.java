// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.task.TaskCallbackContext;
import org.jspecify.annotations.Nullable;

/** Reads a task's settings. */
final class Settings {
  private Settings() {}

  static String text(TaskCallbackContext context, String key) {
    @Nullable String value = context.config().get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "command " + context.command() + " needs the setting " + key);
    }
    return value;
  }

  /** A whole number from 1. */
  static int number(TaskCallbackContext context, String key, int max) {
    String value = text(context, key);
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : 0;
    if (number < 1 || number > max) {
      throw new IllegalArgumentException("setting " + key + " of command " + context.command()
          + " must be 1 to " + max + ", not " + value);
    }
    return number;
  }
}
