// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

/** What a container's process does when the controller that started it is gone. */
public enum Lifeline {
  /** It lives on: the next controller finds it. */
  NONE,
  /**
   * It ends. The controller holds the other end of its standard input; when that reaches its end
   * (read gives EOF), the controller is gone, however it ended.
   */
  STDIN
}
