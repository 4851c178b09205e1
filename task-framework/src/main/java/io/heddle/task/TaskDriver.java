// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.model.Names;
import io.heddle.runtime.LoopFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Submits workflows to a cluster and follows them. Thread-safe; returns at once; what it is asked
 * for is answered through futures, on its own thread. A call that cannot be carried out fails with
 * a {@link TaskException}.
 *
 * <pre>{@code
 * try (TaskDriver driver = TaskDriver.builder(store, "orders").build()) {
 *   WorkflowHandle workflow = driver.submit(spec).toCompletableFuture().join();
 *   WorkflowStatus end = workflow.await(Duration.ofMinutes(5));
 * }
 * }</pre>
 */
public final class TaskDriver implements AutoCloseable {
  private final DriverCalls calls;

  private TaskDriver(Builder settings) {
    ClusterPaths paths = new ClusterPaths(settings.cluster);
    this.calls = new DriverCalls(
        settings.store,
        paths,
        settings.loops.newLoop("heddle-" + settings.cluster + "-task-driver"),
        new SessionOptions(settings.sessionTimeout, settings.credentials),
        settings.access == null ? AccessControl.open() : settings.access,
        settings.callTimeout);
  }

  /** Starts to describe a driver of a cluster. */
  public static Builder builder(Store store, String cluster) {
    return new Builder(store, cluster);
  }

  /**
   * Submits a workflow. It runs as soon as a controller and instances are there.
   *
   * @return its handle, once it is written down durably
   */
  public CompletionStage<WorkflowHandle> submit(WorkflowSpec spec) {
    return calls.submit(spec);
  }

  /** A workflow that was submitted before, by whomever, if it is still known. */
  public CompletionStage<Optional<WorkflowHandle>> workflow(String name) {
    return calls.find(Names.check("workflow", name));
  }

  /** Ends its session; what was not answered fails. The workflows go on. */
  @Override
  public void close() {
    calls.close();
  }

  /** Settings of a driver, with their defaults. Not thread-safe. */
  public static final class Builder {
    private final Store store;
    private final String cluster;
    private final List<Credential> credentials = new ArrayList<>();
    private @Nullable AccessControl access;
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private Duration callTimeout = Duration.ofSeconds(30);
    private LoopFactory loops = ThreadLoop::new;

    private Builder(Store store, String cluster) {
      this.store = store;
      this.cluster = Names.check("cluster", cluster);
    }

    /** Says who it is, and who may do what; default: nobody, and everybody everything. */
    public Builder secured(Credential own, AccessControl access) {
      credentials.add(own);
      this.access = access;
      return this;
    }

    /** Sets the session timeout; default: 30 s. */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = timeout;
      return this;
    }

    /** Sets how long a call may take, waiting for a workflow's end apart; default: 30 s. */
    public Builder callTimeout(Duration bound) {
      if (bound.isZero() || bound.isNegative()) {
        throw new IllegalArgumentException("call timeout must be above zero, not " + bound);
      }
      this.callTimeout = bound;
      return this;
    }

    /** Sets where its loop comes from; default: a thread of its own. */
    public Builder loops(LoopFactory factory) {
      this.loops = factory;
      return this;
    }

    /** The driver. */
    public TaskDriver build() {
      return new TaskDriver(this);
    }
  }
}
