// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.schema.CachedNode;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import java.util.List;
import java.util.Optional;

/**
 * A graceful stop: marks the ephemeral as leaving, so that the controller moves everything
 * elsewhere, and waits until nothing is left. Confined to its loop.
 */
final class Departure {
  private final Incarnation incarnation;
  private boolean wanted;
  private boolean writing;
  private boolean marked;
  private boolean over;

  Departure(Incarnation incarnation) {
    this.incarnation = incarnation;
  }

  void begin() {
    wanted = true;
    kick();
  }

  /** To be called now and then: writes the mark, unless that is done, and looks again. */
  void kick() {
    check();
    if (!wanted || writing || marked || over) {
      return;
    }
    Optional<CachedNode> node = incarnation.document(incarnation.livePath());
    if (node.isEmpty()) {
      // Closed meanwhile: the follower tells.
      return;
    }
    writing = true;
    // Any version: it is this session's ephemeral, and the incarnation is checked.
    incarnation.commit(
        List.of(new Op.Set(incarnation.livePath(), incarnation.encodeLeaving(), Op.ANY_VERSION)),
        answer -> {
          writing = false;
          marked = answer instanceof Commit.Applied;
          check();
        });
  }

  /** Something may have come to rest. */
  void check() {
    if (wanted && marked && !over && incarnation.isDrained()) {
      over = true;
      incarnation.departed();
    }
  }

  void close() {
    over = true;
  }
}
