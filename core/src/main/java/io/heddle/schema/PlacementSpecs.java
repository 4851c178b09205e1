// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.ImmutableLongArray;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceLimits;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResourceId;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How the parts of specs that concern placement are written down. Each is left out where nothing is
 * said, so that specs from before it was known read as they did.
 */
final class PlacementSpecs {
  private PlacementSpecs() {}

  static void writePolicy(JsonGenerator out, PlacementPolicy policy) throws IOException {
    if (policy.equals(PlacementPolicy.DEFAULT)) {
      return;
    }
    out.writeObjectFieldStart("placement");
    out.writeNumberField("faultDomainLevel", policy.faultDomainLevel());
    out.writeStringField("preference", policy.preference().name());
    writeCount(out, "maxPartitionsPerInstance", policy.maxPartitionsPerInstance());
    writeCount(out, "maxBalanceMoves", policy.maxBalanceMoves());
    out.writeNumberField("rebalanceDelayMillis", policy.rebalanceDelay().toMillis());
    out.writeEndObject();
  }

  static PlacementPolicy readPolicy(Json spec) {
    PlacementPolicy standard = PlacementPolicy.DEFAULT;
    return spec.find("placement")
        .map(json -> new PlacementPolicy(
            json.find("faultDomainLevel").map(Json::asCount).orElse(standard.faultDomainLevel()),
            json.find("preference")
                .map(name -> Specs.oneOf(PlacementPolicy.Preference.class, name.asString()))
                .orElse(standard.preference()),
            readCount(json, "maxPartitionsPerInstance"),
            readCount(json, "maxBalanceMoves"),
            readDelay(json).orElse(standard.rebalanceDelay())))
        .orElse(standard);
  }

  static void writeLimits(JsonGenerator out, InstanceLimits limits) throws IOException {
    writeCount(out, "maxPartitions", limits.maxPartitions());
    if (!limits.disabledPartitions().isEmpty()) {
      Specs.writeStrings(out, "disabledPartitions", limits.disabledPartitions());
    }
    writeDelay(out, limits.rebalanceDelay());
  }

  static InstanceLimits readLimits(Json spec) {
    return new InstanceLimits(
        readCount(spec, "maxPartitions"),
        spec.find("disabledPartitions")
            .map(all -> ImmutableSortedSet.copyOf(all.list(PlacementSpecs::readPartition)))
            .orElse(ImmutableSortedSet.of()),
        readDelay(spec));
  }

  private static PartitionId readPartition(Json json) {
    String text = json.asString();
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,7}")) {
      throw new UnreadableException("instance spec.disabledPartitions: '"
          + io.heddle.model.Names.printable(text) + "' must be a resource, /, and a number");
    }
    return new PartitionId(
        ResourceId.of(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  static void writeRules(JsonGenerator out, PlacementRules rules) throws IOException {
    if (rules.equals(PlacementRules.NONE)) {
      return;
    }
    out.writeObjectFieldStart("placement");
    if (!rules.weights().isEmpty()) {
      out.writeObjectFieldStart("weights");
      for (Map.Entry<String, PlacementRules.Weight> weight : rules.weights().entrySet()) {
        writeWeight(out, weight.getKey(), weight.getValue());
      }
      out.writeEndObject();
    }
    writeCount(out, "maxPartitionsPerInstance", rules.maxPartitionsPerInstance());
    writeCount(out, "minActiveReplicas", rules.minActiveReplicas());
    writeDelay(out, rules.rebalanceDelay());
    if (rules.antiAffinityGroup().isPresent()) {
      out.writeStringField("antiAffinityGroup", rules.antiAffinityGroup().get());
    }
    if (!rules.preferredLeaders().isEmpty()) {
      out.writeObjectFieldStart("preferredLeaders");
      for (Map.Entry<Integer, InstanceId> leader : rules.preferredLeaders().entrySet()) {
        out.writeStringField(leader.getKey().toString(), leader.getValue().name());
      }
      out.writeEndObject();
    }
    if (!rules.disabledPartitions().isEmpty()) {
      out.writeArrayFieldStart("disabledPartitions");
      for (int partition : rules.disabledPartitions()) {
        out.writeNumber(partition);
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private static void writeWeight(JsonGenerator out, String dimension, PlacementRules.Weight weight)
      throws IOException {
    out.writeObjectFieldStart(dimension);
    out.writeNumberField("standard", weight.standard());
    if (!weight.byPartition().isEmpty()) {
      out.writeFieldName("byPartition");
      long[] figures = weight.byPartition().toArray();
      out.writeArray(figures, 0, figures.length);
    }
    out.writeEndObject();
  }

  static PlacementRules readRules(Json spec) {
    return spec.find("placement")
        .map(json -> new PlacementRules(
            json.find("weights").map(PlacementSpecs::readWeights).orElse(ImmutableSortedMap.of()),
            readCount(json, "maxPartitionsPerInstance"),
            readCount(json, "minActiveReplicas"),
            readDelay(json),
            json.find("antiAffinityGroup").map(Json::asString),
            json.find("preferredLeaders")
                .map(leaders -> Specs.byPartition(leaders, id -> InstanceId.of(id.asString())))
                .orElse(ImmutableSortedMap.of()),
            json.find("disabledPartitions")
                .map(all -> ImmutableSortedSet.copyOf(all.list(Json::asCount)))
                .orElse(ImmutableSortedSet.of())))
        .orElse(PlacementRules.NONE);
  }

  private static ImmutableSortedMap<String, PlacementRules.Weight> readWeights(Json json) {
    TreeMap<String, PlacementRules.Weight> weights = new TreeMap<>();
    for (String dimension : json.fields()) {
      Json weight = json.get(dimension);
      ImmutableLongArray byPartition = weight
          .find("byPartition")
          .map(all -> ImmutableLongArray.copyOf(all.list(Json::asLong)))
          .orElse(ImmutableLongArray.of());
      weights.put(
          dimension, new PlacementRules.Weight(weight.get("standard").asLong(), byPartition));
    }
    return ImmutableSortedMap.copyOfSorted(weights);
  }

  private static void writeCount(JsonGenerator out, String field, OptionalInt count)
      throws IOException {
    if (count.isPresent()) {
      out.writeNumberField(field, count.getAsInt());
    }
  }

  private static OptionalInt readCount(Json json, String field) {
    return json.find(field)
        .map(count -> OptionalInt.of(count.asCount()))
        .orElse(OptionalInt.empty());
  }

  private static void writeDelay(JsonGenerator out, Optional<Duration> delay) throws IOException {
    if (delay.isPresent()) {
      out.writeNumberField("rebalanceDelayMillis", delay.get().toMillis());
    }
  }

  private static Optional<Duration> readDelay(Json json) {
    return json.find("rebalanceDelayMillis")
        .map(millis -> Duration.ofMillis(millis.asLong(0, InstanceLimits.MAX_DELAY.toMillis())));
  }
}
