// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerEnd.Reason;
import java.util.regex.Pattern;

/** Says why a JVM ended, from its exit status and the ends of its logs. Pure. */
final class Ends {
  /** How much of a log is looked at. */
  static final int TAIL_BYTES = ContainerEnd.MAX_DETAIL / 2;

  /** What {@code -XX:+ExitOnOutOfMemoryError} exits with, and prints to standard output. */
  private static final int OUT_OF_MEMORY = 3;

  private static final String OUT_OF_MEMORY_LINE = "Terminating due to java.lang.OutOfMemoryError";

  /** What a shell exits with if a command can't be run, or is not there. */
  private static final int CANNOT_RUN = 126;

  private static final int NOT_FOUND = 127;

  /** How the java command begins its complaints; a program's own look different. */
  private static final Pattern JAVA_COMPLAINT = Pattern.compile(
      "(?m)^(Error: (Could not (find or load main class|create the Java Virtual Machine)"
          + "|Main method |LinkageError occurred while loading main class"
          + "|A JNI error has occurred|Unable to initialize main class)"
          + "|Error occurred during initialization of )");

  private Ends() {}

  static Reason reason(int status, boolean stopped, String stdoutTail, String stderrTail) {
    if (stopped) {
      return Reason.KILLED_BY_US;
    }
    return switch (status) {
      case CANNOT_RUN, NOT_FOUND -> Reason.LAUNCH_FAILED;
      case OUT_OF_MEMORY ->
        stdoutTail.contains(OUT_OF_MEMORY_LINE) || stderrTail.contains(OUT_OF_MEMORY_LINE)
            ? Reason.OOM
            : Reason.EXITED;
      case 1 -> JAVA_COMPLAINT.matcher(stderrTail).find() ? Reason.LAUNCH_FAILED : Reason.EXITED;
      default -> Reason.EXITED;
    };
  }

  /** The end of a log, without control characters that a terminal would obey. */
  static String printable(String tail) {
    StringBuilder safe = new StringBuilder(tail.length());
    for (char c : tail.strip().toCharArray()) {
      safe.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '?' : c);
    }
    return safe.toString();
  }
}
