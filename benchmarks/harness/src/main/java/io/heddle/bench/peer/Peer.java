// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The main program of a measured process. Its arguments are the work, ZooKeeper's connect string,
 * and sizes such as {@code tasks=1000}.
 */
public final class Peer {
  private Peer() {}

  /**
   * Does the work that the arguments name, and ends the process: with 0, or with 1 if the work
   * failed.
   *
   * @param works the kinds of work by name
   */
  public static void main(String[] args, Map<String, Work> works) {
    Conversation conversation = Conversation.ofThisProcess();
    try {
      @Nullable Work work = args.length < 2 ? null : works.get(args[0]);
      if (work == null) {
        throw new IllegalArgumentException(
            "arguments are WORK CONNECT-STRING SIZE=NUMBER …, WORK is " + "one of "
                + new TreeMap<>(works).keySet() + ", not " + Arrays.toString(args));
      }
      work.run(new Request(args[1], sizes(args), conversation));
      conversation.done();
    } catch (Exception | LinkageError | AssertionError | OutOfMemoryError e) {
      conversation.failed(e);
      Runtime.getRuntime().halt(1);
    }
    // Neither system's threads are waited for: what they would still say matters to nobody.
    System.exit(0);
  }

  private static Map<String, Integer> sizes(String[] args) {
    Map<String, Integer> sizes = new TreeMap<>();
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      sizes.put(args[i].substring(0, equals), Integer.valueOf(args[i].substring(equals + 1)));
    }
    return sizes;
  }
}
