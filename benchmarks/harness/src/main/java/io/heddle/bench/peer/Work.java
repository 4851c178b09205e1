// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

/** One kind of work, as one system does it. */
@FunctionalInterface
public interface Work {
  /**
   * Does all its runs, the discarded ones too.
   *
   * @throws Exception whatever goes wrong; the process says so and ends
   */
  void run(Request request) throws Exception;
}
