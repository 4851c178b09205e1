// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/** What an operator wants of an instance. */
public enum InstanceOperation {
  /** Take part in everything. */
  ENABLE,
  /** Serve nothing: replicas go to their initial state and are placed elsewhere. */
  DISABLE,
  /** Hand everything over, and only then let go: replacements come up first. */
  EVACUATE,
  /** Prepare to take another instance's place; receives nothing by itself. */
  SWAP_IN
}
