// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import java.util.Optional;

/**
 * One znode that a participant reports in. One write is under way at a time; what changes meanwhile
 * goes into the next one, so that the load decides how much is merged. Every write checks the
 * incarnation and the znode's version. Confined to the participant's loop.
 */
public interface ReportLane {
  /** The znode. */
  String path();

  /** What the source would say has changed: it is asked as soon as the lane is free. */
  void changed();

  /** Whether everything that was said is known to be written. */
  boolean isIdle();

  /** Says what is to be written. Called on the participant's loop. */
  interface Source {
    /**
     * The document as of now; no two may be equal, so it carries a sequence number. Empty if
     * nothing is to be written after all.
     */
    Optional<byte[]> render();

    /** The document that was rendered last is written. */
    default void written() {}
  }
}
