// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A document that can't be used. Its message has one line for each problem; each names file, line,
 * column, field, value and what is allowed.
 */
public final class YamlError extends IllegalArgumentException {
  /** How many problems one message shows; how many there are besides is told. */
  static final int MAX_SHOWN = 20;

  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // errors of this kind are read where they are thrown
  private final ImmutableList<YamlProblem> problems;

  /**
   * An error.
   *
   * @param problems what is wrong, at least one
   */
  public YamlError(List<YamlProblem> problems) {
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("an error needs at least one problem");
    }
    this.problems = ImmutableList.copyOf(problems);
  }

  /** An error of one problem. */
  public YamlError(YamlProblem problem) {
    this(ImmutableList.of(problem));
  }

  /** Throws an error of all that was collected, if anything was. */
  public static void throwIfAny(List<YamlProblem> problems) {
    if (!problems.isEmpty()) {
      throw new YamlError(problems);
    }
  }

  /** What is wrong, in the order in which it was found. */
  public ImmutableList<YamlProblem> problems() {
    return problems;
  }

  @Override
  public String getMessage() {
    return message(problems);
  }

  private static String message(List<YamlProblem> problems) {
    String shown = problems.stream()
        .limit(MAX_SHOWN)
        .map(YamlProblem::toString)
        .collect(Collectors.joining("\n"));
    int rest = problems.size() - MAX_SHOWN;
    return rest > 0 ? shown + "\nand " + rest + " more" : shown;
  }
}
