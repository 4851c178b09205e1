// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/** How many replicas of one partition may be in a state at a time. */
public sealed interface Bound {
  /** At most this many. */
  record Fixed(int count) implements Bound {
    /** Checks the count. */
    public Fixed {
      if (count < 0) {
        throw new IllegalArgumentException("bound is negative: " + count);
      }
    }

    @Override
    public String toString() {
      return Integer.toString(count);
    }
  }

  /** As many as the resource has replicas; written {@code R}. */
  record Replicas() implements Bound {
    @Override
    public String toString() {
      return "R";
    }
  }

  /** As many as there are live instances; written {@code N}. */
  record LiveInstances() implements Bound {
    @Override
    public String toString() {
      return "N";
    }
  }

  /** No bound; written {@code -1}. */
  record Unlimited() implements Bound {
    @Override
    public String toString() {
      return "-1";
    }
  }

  /** At most {@code count}. */
  static Bound of(int count) {
    return new Fixed(count);
  }

  /**
   * Reads {@code R}, {@code N}, {@code -1} or a number.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  static Bound parse(String text) {
    return switch (text) {
      case "R" -> new Replicas();
      case "N" -> new LiveInstances();
      case "-1" -> new Unlimited();
      default -> {
        if (!text.matches("[0-9]{1,9}")) {
          throw new IllegalArgumentException(
              "bound '" + Names.printable(text) + "' must be R, N, -1 or a number from 0");
        }
        yield new Fixed(Integer.parseInt(text));
      }
    };
  }

  /** The greatest number of replicas that this bound allows. */
  default int limit(int replicas, int liveInstances) {
    if (this instanceof Fixed fixed) {
      return fixed.count();
    }
    if (this instanceof Replicas) {
      return replicas;
    }
    return this instanceof LiveInstances ? liveInstances : Integer.MAX_VALUE;
  }
}
