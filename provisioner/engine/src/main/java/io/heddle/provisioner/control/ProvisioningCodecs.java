// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.schema.Codec;
import io.heddle.schema.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How the provisioner's documents are written down. */
public final class ProvisioningCodecs {
  /** {@code containers/{id}}. */
  public static final Codec<ContainerRecord> RECORD = Json.codec(
      "container record", ProvisioningCodecs::writeRecord, ProvisioningCodecs::readRecord);

  /** {@code services/{name}}. */
  public static final Codec<ServiceSpec> SERVICE =
      Json.codec("service spec", ProvisioningCodecs::writeService, ProvisioningCodecs::readService);

  private ProvisioningCodecs() {}

  private static void writeRecord(JsonGenerator out, ContainerRecord container) throws IOException {
    ContainerSpec spec = container.spec();
    out.writeStringField("id", spec.id().name());
    out.writeStringField("participant", spec.participant().name());
    writeProcess(
        out,
        spec.service(),
        spec.memoryMb(),
        spec.cores(),
        spec.mainClass(),
        spec.packageUri(),
        spec.config());
    out.writeStringField("state", container.state().name());
    if (container.draining()) {
      out.writeBooleanField("draining", true);
    }
    if (container.end().isPresent()) {
      out.writeObjectFieldStart("end");
      writeEnd(out, container.end().get());
      out.writeEndObject();
    }
  }

  private static void writeEnd(JsonGenerator out, ContainerEnd end) throws IOException {
    out.writeStringField("start", end.startId());
    out.writeBooleanField("certified", end.certified());
    if (end.exitCode().isPresent()) {
      out.writeNumberField("exitCode", end.exitCode().getAsInt());
    }
    out.writeStringField("reason", end.reason().name());
    out.writeStringField("detail", end.detail());
  }

  private static ContainerRecord readRecord(Json json) {
    ContainerId id = ContainerId.of(json.get("id").asString());
    return new ContainerRecord(
        new ContainerSpec(
            id,
            InstanceId.of(json.get("participant").asString()),
            ResourceId.of(json.get("service").asString()),
            json.get("memoryMb").asCount(),
            json.get("cores").asDouble(),
            json.get("mainClass").asString(),
            json.get("packageUri").asString(),
            config(json)),
        oneOf(ContainerState.class, json.get("state")),
        json.find("draining").map(Json::asBoolean).orElse(false),
        json.find("end").map(end -> readEnd(id, end)));
  }

  private static ContainerEnd readEnd(ContainerId id, Json json) {
    Optional<Json> exitCode = json.find("exitCode");
    return new ContainerEnd(
        new ContainerStart(id, json.get("start").asString()),
        json.get("certified").asBoolean(),
        exitCode.isPresent()
            ? OptionalInt.of((int) exitCode.get().asLong(Integer.MIN_VALUE, Integer.MAX_VALUE))
            : OptionalInt.empty(),
        oneOf(ContainerEnd.Reason.class, json.get("reason")),
        json.get("detail").asString());
  }

  private static void writeService(JsonGenerator out, ServiceSpec spec) throws IOException {
    out.writeNumberField("containers", spec.containers());
    writeProcess(
        out,
        spec.service(),
        spec.memoryMb(),
        spec.cores(),
        spec.mainClass(),
        spec.packageUri(),
        spec.config());
  }

  private static ServiceSpec readService(Json json) {
    return new ServiceSpec(
        ResourceId.of(json.get("service").asString()),
        json.get("containers").asCount(),
        json.get("memoryMb").asCount(),
        json.get("cores").asDouble(),
        json.get("mainClass").asString(),
        json.get("packageUri").asString(),
        config(json));
  }

  private static void writeProcess(
      JsonGenerator out,
      ResourceId service,
      int memoryMb,
      double cores,
      String mainClass,
      String packageUri,
      Map<String, String> config)
      throws IOException {
    out.writeStringField("service", service.name());
    out.writeNumberField("memoryMb", memoryMb);
    out.writeNumberField("cores", cores);
    out.writeStringField("mainClass", mainClass);
    out.writeStringField("packageUri", packageUri);
    out.writeObjectFieldStart("config");
    for (Map.Entry<String, String> entry : config.entrySet()) {
      out.writeStringField(entry.getKey(), entry.getValue());
    }
    out.writeEndObject();
  }

  private static ImmutableSortedMap<String, String> config(Json json) {
    Json config = json.get("config");
    ImmutableSortedMap.Builder<String, String> map = ImmutableSortedMap.naturalOrder();
    config.fields().forEach(key -> map.put(key, config.get(key).asString()));
    return map.buildOrThrow();
  }

  private static <E extends Enum<E>> E oneOf(Class<E> type, Json json) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(json.asString())) {
        return constant;
      }
    }
    throw new IllegalArgumentException("'" + Names.printable(json.asString()) + "' must be one of "
        + Arrays.toString(type.getEnumConstants()));
  }
}
