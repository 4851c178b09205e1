// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

/** A measured system. */
enum Contestant {
  HEDDLE("heddle", "io.heddle.bench.heddle.HeddlePeer"),
  HELIX("helix", "io.heddle.bench.helix.HelixPeer");

  private final String label;
  private final String mainClass;

  Contestant(String label, String mainClass) {
    this.label = label;
    this.mainClass = mainClass;
  }

  /** Its name in rows and options. */
  String label() {
    return label;
  }

  /** The main class of its process. */
  String mainClass() {
    return mainClass;
  }
}
