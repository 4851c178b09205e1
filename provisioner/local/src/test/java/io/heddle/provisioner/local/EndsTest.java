// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.provisioner.ContainerEnd.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndsTest {
  @ParameterizedTest
  @CsvSource({
    "0, '', '', EXITED",
    "1, '', 'Exception in thread main', EXITED",
    "1, '', 'Error: Could not find or load main class x', LAUNCH_FAILED",
    "1, '', 'Error: Main method not found in class x', LAUNCH_FAILED",
    "1, '', 'Error: Could not create the Java Virtual Machine.', LAUNCH_FAILED",
    "1, '', 'Error occurred during initialization of VM', LAUNCH_FAILED",
    "1, '', 'my own Error: Main method lost', EXITED",
    "2, '', 'Error: Could not find or load main class x', EXITED",
    "3, 'Terminating due to java.lang.OutOfMemoryError: Java heap space', '', OOM",
    "3, '', 'Terminating due to java.lang.OutOfMemoryError: Metaspace', OOM",
    "3, '', '', EXITED",
    "126, '', '', LAUNCH_FAILED",
    "127, '', 'setsid: failed to execute /no/java', LAUNCH_FAILED",
    "137, '', '', EXITED",
    "143, '', '', EXITED"
  })
  void tellsFromStatusAndLogsWhyAProcessEnded(int status, String out, String err, Reason reason) {
    assertThat(Ends.reason(status, false, out, err)).isEqualTo(reason);
    assertThat(Ends.reason(status, true, out, err)).isEqualTo(Reason.KILLED_BY_US);
  }

  @Test
  void takesControlCharactersOutOfWhatItShows() {
    assertThat(Ends.printable(" \u001b[31mred\tand\nblue\u0000 \n"))
        .isEqualTo("?[31mred\tand\nblue?");
  }
}
