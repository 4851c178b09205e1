// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

/**
 * One incarnation of an instance.
 *
 * @param instance its name
 * @param incarnation its number
 */
record Member(String instance, long incarnation) {
  @Override
  public String toString() {
    return instance + "#" + incarnation;
  }
}
