// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

/** How much of a container's memory becomes the heap of its JVM. */
final class JvmMemory {
  /** What a JVM needs besides its heap: classes, code, threads, buffers. */
  private static final int LEAST_REST_MB = 64;

  private JvmMemory() {}

  /**
   * The heap, in MiB: three quarters, but at least 64 MiB are left for the rest, and of small
   * containers half.
   *
   * <p>Examples: 64 → 32, 128 → 64, 256 → 192, 512 → 384, 4096 → 3072.
   */
  static int heapMb(int containerMb) {
    int rest = Math.max(LEAST_REST_MB, containerMb / 4);
    return Math.max(1, Math.max(containerMb / 2, containerMb - rest));
  }
}
