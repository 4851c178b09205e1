// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

/** Who works on a cluster. All processes of one role share one identity. */
public enum Role {
  /** Plans, assigns, records. */
  CONTROLLER,
  /** Writes specs; also whoever submits workflows. */
  ADMIN,
  /** Does what it is assigned, and reports. */
  PARTICIPANT,
  /** Reads who serves what. */
  SPECTATOR
}
