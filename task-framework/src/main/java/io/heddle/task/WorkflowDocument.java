// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * A workflow as submitted, and what is wanted of it. Written by the driver.
 *
 * @param spec the workflow
 * @param target what is wanted
 */
record WorkflowDocument(WorkflowSpec spec, Target target) {
  /** What is wanted of a workflow. */
  enum Target {
    /** Run it. */
    RUN,
    /** Stop it, and keep its record. */
    CANCEL,
    /** Stop it, and forget it: a tombstone. */
    DELETE
  }

  WorkflowDocument with(Target newTarget) {
    return new WorkflowDocument(spec, newTarget);
  }
}
