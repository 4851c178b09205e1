// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.ResourceId;
import io.heddle.schema.Codec;
import io.heddle.schema.Json;
import io.heddle.task.JobSpec.ParentFailure;
import io.heddle.task.WorkflowDocument.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How a submitted workflow is written down. */
final class SpecCodec {
  /** A submitted workflow. */
  static final Codec<WorkflowDocument> WORKFLOW =
      Json.codec("workflow spec", SpecCodec::write, SpecCodec::read);

  private SpecCodec() {}

  private static void write(JsonGenerator out, WorkflowDocument document) throws IOException {
    out.writeStringField("name", document.spec().name());
    out.writeStringField("target", document.target().name());
    out.writeNumberField("expiry", document.spec().expiry().toMillis());
    out.writeArrayFieldStart("jobs");
    for (JobSpec job : document.spec().jobs()) {
      out.writeStartObject();
      writeJob(out, job);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void writeJob(JsonGenerator out, JobSpec job) throws IOException {
    out.writeStringField("name", job.name());
    if (job.command().isPresent()) {
      out.writeStringField("command", job.command().get());
    }
    writeMap(out, "config", job.config());
    out.writeArrayFieldStart("parents");
    for (String parent : job.parents()) {
      out.writeString(parent);
    }
    out.writeEndArray();
    if (job.target().isPresent()) {
      writeTarget(out, job.target().get());
    }
    if (!job.tasks().isEmpty()) {
      out.writeArrayFieldStart("tasks");
      for (TaskSpec task : job.tasks()) {
        out.writeStartObject();
        if (task.command().isPresent()) {
          out.writeStringField("c", task.command().get());
        }
        writeMap(out, "m", task.config());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    out.writeNumberField("numberOfTasks", job.numberOfTasks());
    if (job.instanceTag().isPresent()) {
      out.writeStringField("tag", job.instanceTag().get());
    }
    out.writeNumberField("concurrent", job.concurrentTasksPerInstance());
    out.writeNumberField("attempts", job.maxAttemptsPerTask());
    out.writeNumberField("timeout", job.timeoutPerTask().toMillis());
    out.writeNumberField("retryDelay", job.taskRetryDelay().toMillis());
    out.writeNumberField("threshold", job.failureThreshold());
    out.writeBooleanField("ignoreParents", job.onParentFailure() == ParentFailure.IGNORE);
  }

  private static void writeTarget(JsonGenerator out, JobTarget target) throws IOException {
    out.writeObjectFieldStart("target");
    out.writeStringField("resource", target.resource().name());
    out.writeArrayFieldStart("states");
    for (String state : target.states()) {
      out.writeString(state);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("partitions");
    for (int partition : target.partitions()) {
      out.writeNumber(partition);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void writeMap(JsonGenerator out, String field, Map<String, String> map)
      throws IOException {
    if (map.isEmpty()) {
      return;
    }
    out.writeObjectFieldStart(field);
    for (Map.Entry<String, String> entry : map.entrySet()) {
      out.writeStringField(entry.getKey(), entry.getValue());
    }
    out.writeEndObject();
  }

  private static WorkflowDocument read(Json json) {
    WorkflowSpec spec = new WorkflowSpec(
        json.get("name").asString(),
        json.get("jobs").list(SpecCodec::readJob),
        Duration.ofMillis(json.get("expiry").asLong(0, Long.MAX_VALUE)));
    return new WorkflowDocument(spec, Target.valueOf(json.get("target").asString()));
  }

  private static JobSpec readJob(Json json) {
    return new JobSpec(
        json.get("name").asString(),
        json.find("command").map(Json::asString),
        readMap(json.find("config")),
        ImmutableSortedSet.copyOf(json.get("parents").list(Json::asString)),
        json.find("target").map(SpecCodec::readTarget),
        json.find("tasks").map(tasks -> tasks.list(SpecCodec::readTask)).orElse(ImmutableList.of()),
        json.get("numberOfTasks").asCount(),
        json.find("tag").map(Json::asString),
        json.get("concurrent").asCount(),
        json.get("attempts").asCount(),
        Duration.ofMillis(json.get("timeout").asLong()),
        Duration.ofMillis(json.get("retryDelay").asLong()),
        json.get("threshold").asCount(),
        json.get("ignoreParents").asBoolean() ? ParentFailure.IGNORE : ParentFailure.FAIL);
  }

  private static TaskSpec readTask(Json json) {
    return new TaskSpec(json.find("c").map(Json::asString), readMap(json.find("m")));
  }

  private static JobTarget readTarget(Json json) {
    return new JobTarget(
        ResourceId.of(json.get("resource").asString()),
        ImmutableSortedSet.copyOf(json.get("states").list(Json::asString)),
        ImmutableSortedSet.copyOf(json.get("partitions").list(Json::asCount)));
  }

  private static ImmutableSortedMap<String, String> readMap(Optional<Json> json) {
    ImmutableSortedMap.Builder<String, String> map = ImmutableSortedMap.naturalOrder();
    json.ifPresent(object ->
        object.fields().forEach(f -> map.put(f, object.get(f).asString())));
    return map.buildOrThrow();
  }
}
