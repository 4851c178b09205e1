// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static io.heddle.sim.TaskLogCheck.violation;

import io.heddle.model.Token;
import io.heddle.task.TaskDocuments.Ended;
import io.heddle.task.TaskDocuments.Outcomes;
import io.heddle.task.TaskDocuments.Work;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks what the two sides of a bucket owe each other (R8, R5): an outcome stays as long as its
 * task is in the work, and until the sequence that first had it is acknowledged; and nothing is
 * acknowledged that was not reported, or before it is out of the work. Confined to the simulation's
 * thread.
 */
final class OutcomeCheck {
  /** By bucket and token, the sequence under which the living incarnation first had an outcome. */
  private final Map<String, TreeMap<Long, Long>> reportedAt = new HashMap<>();

  /** An outcome bucket is written, or goes. */
  void written(String path, @Nullable Outcomes old, Optional<Outcomes> now, @Nullable Work work) {
    if (old != null) {
      old.ended().stream()
          .filter(ended -> now.stream().noneMatch(n -> n.ended().contains(ended)))
          .forEach(ended -> forgotten(path, old, ended, now, work));
    }
    TreeMap<Long, Long> before = reportedAt.getOrDefault(path, new TreeMap<>());
    boolean goesOn =
        old != null && now.isPresent() && old.incarnation() == now.get().incarnation();
    TreeMap<Long, Long> after = new TreeMap<>();
    now.ifPresent(n -> n.ended()
        .forEach(ended -> after.put(
            ended.token(),
            goesOn ? before.getOrDefault(ended.token(), n.q()) : Long.valueOf(n.q()))));
    reportedAt.put(path, after);
  }

  private void forgotten(
      String path, Outcomes old, Ended ended, Optional<Outcomes> now, @Nullable Work work) {
    if (work != null && work.has(ended.token())) {
      throw violation(
          "outcome forgotten",
          "outcomes/%s no longer has %s, which is still in the work".formatted(path, ended));
    }
    // A new incarnation may know from the work what its predecessor did not live to see.
    boolean goesOn = now.isPresent() && now.get().incarnation() == old.incarnation();
    long first = reportedAt.getOrDefault(path, new TreeMap<>()).getOrDefault(ended.token(), 0L);
    boolean isKnown = work != null && work.incarnation() == old.incarnation() && work.a() >= first;
    if (goesOn && !isKnown) {
      throw violation(
          "outcome forgotten",
          "outcomes/%s no longer has %s, reported first as %s, which is not acknowledged by %s"
              .formatted(path, ended, Token.format(first), work));
    }
  }

  /** A work bucket is written. */
  void written(String path, @Nullable Work old, Work now, @Nullable Outcomes outcomes) {
    long before = old != null && old.incarnation() == now.incarnation() ? old.a() : 0;
    if (now.a() < before) {
      throw violation(
          "acknowledgement goes back",
          "work/%s: from %s to %s".formatted(path, Token.format(before), Token.format(now.a())));
    }
    long reported = outcomes == null ? 0 : outcomes.q();
    if (now.a() > Math.max(reported, before)) {
      throw violation(
          "acknowledged unseen",
          "work/%s acknowledges %s; reported is %s"
              .formatted(path, Token.format(now.a()), Token.format(reported)));
    }
    if (outcomes != null && now.a() >= reported) {
      outcomes.ended().stream().filter(ended -> now.has(ended.token())).forEach(ended -> {
        throw violation(
            "acknowledged unrecorded",
            "work/%s acknowledges %s, and still has what ended as %s"
                .formatted(path, Token.format(now.a()), ended));
      });
    }
  }
}
