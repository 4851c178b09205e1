// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmMemoryTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "16, 8",
    "64, 32",
    "128, 64",
    "256, 192",
    "512, 384",
    "4096, 3072",
    "1048576, 786432"
  })
  void leavesRoomBesidesTheHeap(int container, int heap) {
    assertThat(JvmMemory.heapMb(container)).isEqualTo(heap);
  }
}
