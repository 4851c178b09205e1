// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import io.heddle.model.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A workflow: jobs, and which of them wait for which.
 *
 * @param name the workflow
 * @param jobs its jobs, 1 to {@link #MAX_JOBS}; parents before their children, else in the order
 *     given
 * @param expiry how long its record is kept after its end
 */
public record WorkflowSpec(String name, ImmutableList<JobSpec> jobs, Duration expiry) {
  /** Most jobs of one workflow. */
  public static final int MAX_JOBS = 500;

  /** How long a workflow's record is kept after its end, unless it says otherwise. */
  public static final Duration DEFAULT_EXPIRY = Duration.ofHours(24);

  /** Checks the graph, and sorts the jobs so that parents come first. */
  public WorkflowSpec {
    Names.check("workflow", name);
    if (jobs.isEmpty() || jobs.size() > MAX_JOBS) {
      throw new IllegalArgumentException(
          "workflow " + name + " must have 1 to " + MAX_JOBS + " jobs, not " + jobs.size());
    }
    if (expiry.isNegative() || expiry.compareTo(JobSpec.MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "workflow " + name + ": expiry must be 0 to 365 days, not " + expiry);
    }
    jobs = new Graph(name, jobs).sorted();
  }

  /** Starts a workflow. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * A job.
   *
   * @throws NoSuchElementException if there is none of that name
   */
  public JobSpec job(String job) {
    return jobs.stream()
        .filter(j -> j.name().equals(job))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("workflow " + name + " has no job " + job));
  }

  /** The jobs as a graph, while it is checked. */
  private static final class Graph {
    private final String workflow;
    private final Map<String, JobSpec> jobs = new LinkedHashMap<>();
    private final Map<String, JobSpec> sorted = new LinkedHashMap<>();

    Graph(String workflow, List<JobSpec> all) {
      this.workflow = workflow;
      for (JobSpec job : all) {
        if (jobs.putIfAbsent(job.name(), job) != null) {
          throw new IllegalArgumentException(
              "workflow " + workflow + " has two jobs named " + job.name());
        }
      }
    }

    ImmutableList<JobSpec> sorted() {
      for (JobSpec job : jobs.values()) {
        add(job, new ArrayList<>());
      }
      return ImmutableList.copyOf(sorted.values());
    }

    /** Depth is bounded by {@link WorkflowSpec#MAX_JOBS}. */
    private void add(JobSpec job, List<String> path) {
      if (sorted.containsKey(job.name())) {
        return;
      }
      int again = path.indexOf(job.name());
      path.add(job.name());
      if (again >= 0) {
        throw new IllegalArgumentException("workflow " + workflow + ": jobs wait for each other: "
            + String.join(" -> ", path.subList(again, path.size())));
      }
      for (String parent : job.parents()) {
        @Nullable JobSpec known = jobs.get(parent);
        if (known == null) {
          throw new IllegalArgumentException("workflow " + workflow + ": job " + job.name()
              + " has the unknown parent " + parent + "; jobs are " + jobs.keySet());
        }
        add(known, path);
      }
      path.remove(path.size() - 1);
      sorted.put(job.name(), job);
    }
  }

  /** Collects the jobs. */
  public static final class Builder {
    private final String name;
    private final ImmutableList.Builder<JobSpec> jobs = ImmutableList.builder();
    private Duration expiry = DEFAULT_EXPIRY;

    private Builder(String name) {
      this.name = name;
    }

    /** Adds a job. */
    public Builder job(JobSpec job) {
      jobs.add(job);
      return this;
    }

    /** Adds a job. */
    public Builder job(JobSpec.Builder job) {
      return job(job.build());
    }

    /** Sets how long its record is kept after its end; default: {@link #DEFAULT_EXPIRY}. */
    public Builder expiry(Duration expiry) {
      this.expiry = expiry;
      return this;
    }

    /**
     * The workflow.
     *
     * @throws IllegalArgumentException if a parent is unknown, jobs wait for each other, or a bound
     *     is exceeded
     */
    public WorkflowSpec build() {
      return new WorkflowSpec(name, jobs.build(), expiry);
    }
  }
}
