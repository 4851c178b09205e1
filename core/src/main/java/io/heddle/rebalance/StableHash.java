// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

/**
 * Hashes that are the same in every process and for ever, for breaking ties: FNV-1a over text, and
 * the finalizer of SplitMix64 to mix numbers.
 */
final class StableHash {
  private StableHash() {}

  /** The hash of a text. */
  static long of(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  /** The hash of two numbers, in order. */
  static long of(long first, long second) {
    return mix(first + 0x9e3779b97f4a7c15L * (second + 1));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
