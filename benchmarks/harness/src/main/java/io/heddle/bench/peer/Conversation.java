// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A measured process's side of the talk with the process that started it. What is said is a line on
 * standard output that begins with {@code @}; answers come on standard input. When standard input
 * ends, the other process is gone, and this one ends at once: none is left behind.
 *
 * <p>Confined to the thread that does the work.
 */
public final class Conversation {
  /** The answer to a question: what was asked for is done. */
  public static final String GO_ON = "go on";

  private final PrintStream out;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private long cpuNanos;
  private long cpuAtBegin;

  private Conversation(PrintStream out) {
    this.out = out;
  }

  /** Takes this process's standard output and input; what else is printed goes to the log. */
  static Conversation ofThisProcess() {
    Conversation conversation = new Conversation(System.out);
    System.setOut(System.err);
    Thread listener = new Thread(conversation::listen, "bench-listener");
    listener.setDaemon(true);
    listener.start();
    return conversation;
  }

  private void listen() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      System.err.println("standard input is gone: " + e);
    }
    Runtime.getRuntime().halt(3);
  }

  private void say(String line) {
    out.println(line.replace('\n', ' '));
    out.flush();
  }

  /**
   * Returns when the server has had nothing to do for a moment, so that what came before is not
   * counted; after a bounded time in any case.
   */
  public void awaitQuiet() throws InterruptedException {
    ask("@quiet");
  }

  /** From here on the server's operations count. */
  public void begin() throws InterruptedException {
    ask("@begin");
    cpuAtBegin = processCpuNanos();
  }

  /** Up to here the server's operations count; after the next {@link #begin} they add up. */
  public void pause() throws InterruptedException {
    cpuNanos += processCpuNanos() - cpuAtBegin;
    ask("@pause");
  }

  /**
   * Tells the operations, and this process's CPU time, that were counted since the last time.
   *
   * @param per what they are told per, such as {@code task}
   * @param count how many of those there were; 0 tells nothing
   */
  public void counted(String per, long count) {
    say("@counted " + per + " " + count);
    if (count > 0) {
      value("CPU per " + per, "us", cpuNanos / 1e3 / count);
    }
    cpuNanos = 0;
  }

  /** CPU time of this process so far, compiler and collector included; in steps of 10 ms. */
  static long processCpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** {@link #pause}, then {@link #counted}. */
  public void end(String per, long count) throws InterruptedException {
    pause();
    counted(per, count);
  }

  private void ask(String line) throws InterruptedException {
    say(line);
    String answer = answers.take();
    if (!answer.equals(GO_ON)) {
      throw new IllegalStateException("the measuring process says '" + answer + "'");
    }
  }

  /**
   * Tells a figure of the run.
   *
   * @param metric what it is
   * @param unit one word
   * @param value the figure
   */
  public void value(String metric, String unit, double value) {
    say(String.format(Locale.ROOT, "@value %s %.6f %s", unit, value, metric));
  }

  /** One run is over; the figures told since the last one are its. */
  public void runEnded() {
    say("@run");
  }

  /** Says how far it is, for people. */
  public void progress(String text) {
    say("@progress " + text);
  }

  /** All runs are over. */
  void done() {
    say("@done");
  }

  /** It can't go on. */
  void failed(Throwable cause) {
    cause.printStackTrace();
    say("@failed " + cause);
  }
}
