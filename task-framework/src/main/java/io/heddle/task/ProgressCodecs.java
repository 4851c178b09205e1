// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.schema.Codec;
import io.heddle.schema.Json;
import io.heddle.task.JobProgress.Place;
import java.io.IOException;
import java.util.Map;

/** How progress is written down. */
final class ProgressCodecs {
  /** A directory of progress: nothing but its children. */
  static final Codec<Directory> DIRECTORY =
      Json.codec("progress directory", (out, d) -> {}, json -> new Directory());

  /** A workflow's progress. */
  static final Codec<WorkflowProgress> WORKFLOW =
      Json.codec("workflow progress", ProgressCodecs::write, ProgressCodecs::read);

  /** The states of some tasks. */
  static final Codec<TaskRuns> STATES = Json.codec(
      "task states", (out, runs) -> writeRuns(out, "t", runs), json -> readRuns(json.get("t")));

  /** The results of some tasks. */
  static final Codec<Results> RESULTS = Json.codec(
      "task results",
      (out, results) -> writeResults(out, "r", results.byTask()),
      json -> new Results(readResults(json.get("r"))));

  private ProgressCodecs() {}

  /** A directory. */
  record Directory() {}

  /**
   * Results of tasks.
   *
   * @param byTask by the task's number
   */
  record Results(ImmutableSortedMap<Integer, String> byTask) {}

  private static void write(JsonGenerator out, WorkflowProgress progress) throws IOException {
    out.writeNumberField("uid", progress.uid());
    out.writeStringField("state", progress.state().name());
    if (!progress.info().isEmpty()) {
      out.writeStringField("info", progress.info());
    }
    if (progress.endedMillis() != 0) {
      out.writeNumberField("ended", progress.endedMillis());
    }
    out.writeObjectFieldStart("jobs");
    for (Map.Entry<String, JobProgress> job : progress.jobs().entrySet()) {
      out.writeObjectFieldStart(job.getKey());
      writeJob(out, job.getValue());
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void writeJob(JsonGenerator out, JobProgress job) throws IOException {
    out.writeStringField("state", job.state().name());
    out.writeNumberField("total", job.total());
    if (job.place() == Place.CHUNKS) {
      out.writeBooleanField("chunks", true);
    }
    Counts counts = job.counts();
    if (!counts.equals(Counts.NONE)) {
      out.writeArrayFieldStart("n");
      out.writeNumber(counts.completed());
      out.writeNumber(counts.failed());
      out.writeNumber(counts.canceled());
      out.writeNumber(counts.failures());
      out.writeNumber(counts.losses());
      out.writeEndArray();
    }
    if (!job.info().isEmpty()) {
      out.writeStringField("info", job.info());
    }
    if (!job.tasks().runs().isEmpty()) {
      writeRuns(out, "t", job.tasks());
    }
    if (!job.results().isEmpty()) {
      writeResults(out, "r", job.results());
    }
  }

  private static void writeRuns(JsonGenerator out, String field, TaskRuns runs) throws IOException {
    out.writeArrayFieldStart(field);
    for (TaskRun run : runs.runs()) {
      out.writeStartArray();
      out.writeNumber(run.first());
      out.writeNumber(run.count());
      out.writeString(run.row().state().letter());
      boolean losses = run.row().losses() > 0;
      boolean failures = losses || run.row().failures() > 0;
      if (failures || run.row().attempts() != 1) {
        out.writeNumber(run.row().attempts());
      }
      if (failures) {
        out.writeNumber(run.row().failures());
      }
      if (losses) {
        out.writeNumber(run.row().losses());
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void writeResults(JsonGenerator out, String field, Map<Integer, String> results)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (Map.Entry<Integer, String> result : results.entrySet()) {
      out.writeStartArray();
      out.writeNumber(result.getKey());
      out.writeString(result.getValue());
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static WorkflowProgress read(Json json) {
    ImmutableSortedMap.Builder<String, JobProgress> jobs = ImmutableSortedMap.naturalOrder();
    Json all = json.get("jobs");
    all.fields().forEach(name -> jobs.put(name, readJob(all.get(name))));
    return new WorkflowProgress(
        json.get("uid").asLong(),
        WorkflowState.valueOf(json.get("state").asString()),
        json.find("info").map(Json::asString).orElse(""),
        json.find("ended").map(Json::asLong).orElse(0L),
        jobs.buildOrThrow());
  }

  private static JobProgress readJob(Json json) {
    return new JobProgress(
        JobState.valueOf(json.get("state").asString()),
        json.get("total").asCount(),
        json.find("chunks").isPresent() ? Place.CHUNKS : Place.INLINE,
        json.find("n")
            .map(n -> new Counts(
                n.at(0).asCount(),
                n.at(1).asCount(),
                n.at(2).asCount(),
                n.at(3).asCount(),
                n.at(4).asCount()))
            .orElse(Counts.NONE),
        json.find("info").map(Json::asString).orElse(""),
        json.find("t").map(ProgressCodecs::readRuns).orElse(TaskRuns.EMPTY),
        json.find("r").map(ProgressCodecs::readResults).orElse(ImmutableSortedMap.of()));
  }

  private static TaskRuns readRuns(Json json) {
    ImmutableList<TaskRun> runs = json.list(run -> new TaskRun(
        run.at(0).asCount(),
        run.at(1).asCount(),
        new TaskRow(
            TaskState.of(run.at(2).asString()),
            run.size() > 3 ? run.at(3).asCount() : 1,
            run.size() > 4 ? run.at(4).asCount() : 0,
            run.size() > 5 ? run.at(5).asCount() : 0)));
    return new TaskRuns(runs);
  }

  private static ImmutableSortedMap<Integer, String> readResults(Json json) {
    ImmutableSortedMap.Builder<Integer, String> results = ImmutableSortedMap.naturalOrder();
    json.list(result -> results.put(result.at(0).asCount(), result.at(1).asString()));
    return results.buildOrThrow();
  }
}
