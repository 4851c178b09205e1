// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Bound;
import io.heddle.model.ClusterSpec;
import io.heddle.model.ContainerId;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.ZonePath;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** How specs and the ephemerals are written down. */
public final class Specs {
  /** The cluster's own spec. */
  public static final Codec<ClusterSpec> CLUSTER = Json.codec(
      "cluster spec",
      (out, spec) -> {
        out.writeBooleanField("paused", spec.paused());
        TransitionRulesCodec.write(out, spec.transitions());
        PlacementSpecs.writePolicy(out, spec.placement());
      },
      json -> new ClusterSpec(
          json.find("paused").map(Json::asBoolean).orElse(false),
          TransitionRulesCodec.read(json),
          PlacementSpecs.readPolicy(json)));

  /** An instance's spec. */
  public static final Codec<InstanceSpec> INSTANCE =
      Json.codec("instance spec", Specs::writeInstance, Specs::readInstance);

  /** A resource's spec. */
  public static final Codec<ResourceSpec> RESOURCE =
      Json.codec("resource spec", Specs::writeResource, Specs::readResource);

  /** A state model. */
  public static final Codec<StateModel> STATE_MODEL =
      Json.codec("state model", Specs::writeStateModel, Specs::readStateModel);

  /** Which replicas of a resource are to be reset. */
  public static final Codec<ImmutableSortedSet<ResetRequest>> RESETS =
      Json.codec("resets", Specs::writeResets, Specs::readResets);

  /** What a living incarnation says of itself. */
  public static final Codec<LiveInstance> LIVE =
      Json.codec("live instance", Specs::writeLive, Specs::readLive);

  /** A counter: the base that the znode's version is added to. */
  public static final Codec<Long> COUNTER = Json.codec(
      "counter",
      (out, base) -> out.writeNumberField("base", base),
      json -> json.get("base").asLong(0, Integer.MAX_VALUE));

  /** The epoch, with who took office. */
  public static final Codec<Epoch> EPOCH = Json.codec(
      "epoch",
      (out, epoch) -> {
        out.writeNumberField("base", epoch.base());
        out.writeStringField("leader", epoch.leader());
        out.writeStringField("host", epoch.host());
        out.writeNumberField("since", epoch.sinceMillis());
      },
      json -> new Epoch(
          json.get("base").asLong(0, Integer.MAX_VALUE),
          json.get("leader").asString(),
          json.get("host").asString(),
          json.get("since").asLong()));

  /** The controller in office. */
  public static final Codec<Leader> LEADER = Json.codec(
      "leader",
      (out, leader) -> {
        out.writeStringField("id", leader.id());
        out.writeNumberField("e", leader.epoch());
      },
      json -> new Leader(json.get("id").asString(), json.get("e").asLong()));

  /** What format the cluster is kept in. */
  public static final Codec<Meta> META = Json.codec(
      "cluster meta",
      (out, meta) -> {
        out.writeNumberField("format", meta.format());
        out.writeNumberField("minReader", meta.minReader());
        out.writeNumberField("minWriter", meta.minWriter());
        out.writeStringField("clusterId", meta.clusterId());
      },
      json -> new Meta(
          json.get("format").asCount(),
          json.get("minReader").asCount(),
          json.get("minWriter").asCount(),
          json.get("clusterId").asString()));

  private Specs() {}

  /**
   * The epoch znode: the epoch itself is {@code base} + data version.
   *
   * @param base what the version is added to
   * @param leader who took office last
   * @param host where, for people
   * @param sinceMillis when, by its own clock, for people
   */
  public record Epoch(long base, String leader, String host, long sinceMillis) {}

  /**
   * The leader znode.
   *
   * @param id the controller
   * @param epoch its epoch
   */
  public record Leader(String id, long epoch) {}

  /**
   * The meta znode.
   *
   * @param format the format that is written
   * @param minReader the lowest format number that a reader must know
   * @param minWriter the lowest format number that a writer must know
   * @param clusterId distinguishes clusters of one name
   */
  public record Meta(int format, int minReader, int minWriter, String clusterId) {
    /** Why this version must not read the cluster, and what to do; empty if it may. */
    public Optional<String> readObstacle() {
      return obstacle("read", minReader);
    }

    /** Why this version must not change the cluster, and what to do; empty if it may. */
    public Optional<String> writeObstacle() {
      // Whoever changes it reads it first.
      return readObstacle().or(() -> obstacle("changed", minWriter));
    }

    private static Optional<String> obstacle(String what, int least) {
      return least <= Json.FORMAT
          ? Optional.empty()
          : Optional.of("may only be " + what + " by versions that know format " + least
              + "; this one knows " + Json.FORMAT + ": use a newer version");
    }
  }

  private static void writeInstance(JsonGenerator out, InstanceSpec spec) throws IOException {
    out.writeStringField("id", spec.id().name());
    writeStrings(out, "tags", spec.tags());
    out.writeStringField("zone", spec.zone().toString());
    writeLongs(out, "capacity", spec.capacity());
    out.writeStringField("operation", spec.operation().name());
    PlacementSpecs.writeLimits(out, spec.limits());
  }

  private static InstanceSpec readInstance(Json json) {
    return new InstanceSpec(
        InstanceId.of(json.get("id").asString()),
        ImmutableSortedSet.copyOf(json.get("tags").list(Json::asString)),
        ZonePath.parse(json.get("zone").asString()),
        longs(json.get("capacity")),
        oneOf(InstanceOperation.class, json.get("operation").asString()),
        PlacementSpecs.readLimits(json));
  }

  private static void writeResource(JsonGenerator out, ResourceSpec spec) throws IOException {
    out.writeStringField("id", spec.id().name());
    out.writeNumberField("partitions", spec.partitions());
    out.writeNumberField("replicas", spec.replicas());
    out.writeStringField("stateModel", spec.stateModel());
    out.writeObjectFieldStart("mode");
    writeMode(out, spec.mode());
    out.writeEndObject();
    if (spec.instanceTag().isPresent()) {
      out.writeStringField("instanceTag", spec.instanceTag().get());
    }
    out.writeBooleanField("enabled", spec.enabled());
    if (spec.deleting()) {
      out.writeBooleanField("deleting", true);
    }
    TransitionRulesCodec.write(out, spec.transitions());
    PlacementSpecs.writeRules(out, spec.placement());
  }

  private static void writeMode(JsonGenerator out, RebalanceMode mode) throws IOException {
    if (mode instanceof RebalanceMode.SemiAuto semi) {
      out.writeStringField("type", "SEMI_AUTO");
      out.writeObjectFieldStart("lists");
      for (var list : semi.preferenceLists().entrySet()) {
        writeStrings(out, list.getKey().toString(), list.getValue());
      }
      out.writeEndObject();
    } else if (mode instanceof RebalanceMode.Customized customized) {
      out.writeStringField("type", "CUSTOMIZED");
      out.writeObjectFieldStart("states");
      for (var partition : customized.states().entrySet()) {
        out.writeObjectFieldStart(partition.getKey().toString());
        for (var state : partition.getValue().entrySet()) {
          out.writeStringField(state.getKey().name(), state.getValue());
        }
        out.writeEndObject();
      }
      out.writeEndObject();
    } else if (mode instanceof RebalanceMode.UserDefined user) {
      out.writeStringField("type", "USER_DEFINED");
      out.writeStringField("rebalancer", user.rebalancer());
    } else {
      out.writeStringField("type", "FULL_AUTO");
    }
  }

  private static RebalanceMode readMode(Json json) {
    return switch (json.get("type").asString()) {
      case "FULL_AUTO" -> new RebalanceMode.FullAuto();
      case "SEMI_AUTO" ->
        new RebalanceMode.SemiAuto(
            byPartition(json.get("lists"), list -> list.list(i -> InstanceId.of(i.asString()))));
      case "CUSTOMIZED" ->
        new RebalanceMode.Customized(byPartition(json.get("states"), Specs::states));
      case "USER_DEFINED" ->
        new RebalanceMode.UserDefined(json.get("rebalancer").asString());
      default ->
        throw new UnreadableException(
            "resource spec.mode.type must be FULL_AUTO, SEMI_AUTO, CUSTOMIZED or USER_DEFINED");
    };
  }

  private static ImmutableSortedMap<InstanceId, String> states(Json json) {
    TreeMap<InstanceId, String> states = new TreeMap<>();
    json.fields().forEach(i -> states.put(InstanceId.of(i), json.get(i).asString()));
    return ImmutableSortedMap.copyOfSorted(states);
  }

  static <T> ImmutableSortedMap<Integer, T> byPartition(Json json, Function<Json, T> read) {
    TreeMap<Integer, T> map = new TreeMap<>();
    for (String partition : json.fields()) {
      if (!partition.matches("[0-9]{1,7}")) {
        throw new UnreadableException("resource spec: '"
            + io.heddle.model.Names.printable(partition) + "' is no partition number");
      }
      map.put(Integer.valueOf(partition), read.apply(json.get(partition)));
    }
    return ImmutableSortedMap.copyOfSorted(map);
  }

  private static ResourceSpec readResource(Json json) {
    return new ResourceSpec(
        ResourceId.of(json.get("id").asString()),
        json.get("partitions").asCount(),
        json.get("replicas").asCount(),
        json.get("stateModel").asString(),
        readMode(json.get("mode")),
        json.find("instanceTag").map(Json::asString),
        json.get("enabled").asBoolean(),
        json.find("deleting").map(Json::asBoolean).orElse(false),
        TransitionRulesCodec.read(json),
        PlacementSpecs.readRules(json));
  }

  private static void writeStateModel(JsonGenerator out, StateModel model) throws IOException {
    out.writeStringField("name", model.name());
    out.writeStringField("initialState", model.initialState());
    out.writeArrayFieldStart("states");
    for (Map.Entry<String, Bound> state : model.states().entrySet()) {
      writePair(out, state.getKey(), state.getValue().toString());
    }
    out.writeEndArray();
    out.writeArrayFieldStart("transitions");
    for (StateModel.Transition transition : model.transitions()) {
      writePair(out, transition.from(), transition.to());
    }
    out.writeEndArray();
  }

  private static void writePair(JsonGenerator out, String first, String second) throws IOException {
    out.writeStartArray();
    out.writeString(first);
    out.writeString(second);
    out.writeEndArray();
  }

  private static StateModel readStateModel(Json json) {
    StateModel.Builder model = StateModel.builder(json.get("name").asString())
        .initialState(json.get("initialState").asString());
    json.get("states")
        .list(s -> model.state(s.at(0).asString(), Bound.parse(s.at(1).asString())));
    json.get("transitions")
        .list(t -> model.transition(t.at(0).asString(), t.at(1).asString()));
    return model.build();
  }

  private static void writeResets(JsonGenerator out, ImmutableSortedSet<ResetRequest> resets)
      throws IOException {
    out.writeArrayFieldStart("r");
    for (ResetRequest reset : resets) {
      out.writeStartArray();
      out.writeString(reset.resource().resource().name());
      out.writeNumber(reset.resource().uid());
      out.writeNumber(reset.partition());
      out.writeString(reset.instance().name());
      out.writeNumber(reset.incarnation());
      out.writeNumber(reset.q());
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static ImmutableSortedSet<ResetRequest> readResets(Json json) {
    return ImmutableSortedSet.copyOf(json.get("r")
        .list(r -> new ResetRequest(
            InstanceId.of(r.at(3).asString()),
            r.at(4).asLong(0, io.heddle.model.Token.MAX_EPOCH),
            BucketCodecs.key(r),
            r.at(2).asCount(),
            r.at(5).asLong())));
  }

  private static void writeLive(JsonGenerator out, LiveInstance live) throws IOException {
    out.writeStringField("id", live.id().name());
    out.writeNumberField("n", live.incarnation());
    out.writeNumberField("session", live.session());
    out.writeStringField("host", live.host());
    out.writeNumberField("process", live.process());
    if (live.container().isPresent()) {
      out.writeStringField("container", live.container().get().container().name());
      out.writeStringField("start", live.container().get().startId());
    }
    out.writeStringField("version", live.version());
    writeLongs(out, "capacity", live.capacity());
    if (!live.abilities().isEmpty()) {
      out.writeObjectFieldStart("can");
      for (Map.Entry<String, ImmutableSortedSet<String>> kind : live.abilities().entrySet()) {
        writeStrings(out, kind.getKey(), kind.getValue());
      }
      out.writeEndObject();
    }
    if (live.leaving()) {
      out.writeBooleanField("leaving", true);
    }
  }

  private static LiveInstance readLive(Json json) {
    Optional<ContainerStart> container = json.find("container")
        .map(id ->
            new ContainerStart(ContainerId.of(id.asString()), json.get("start").asString()));
    return new LiveInstance(
        InstanceId.of(json.get("id").asString()),
        json.get("n").asLong(0, io.heddle.model.Token.MAX_EPOCH),
        json.get("session").asLong(),
        json.get("host").asString(),
        json.get("process").asLong(),
        container,
        json.get("version").asString(),
        longs(json.get("capacity")),
        json.find("can").map(Specs::abilities).orElse(ImmutableSortedMap.of()),
        json.find("leaving").map(Json::asBoolean).orElse(false));
  }

  static void writeStrings(JsonGenerator out, String field, Iterable<?> strings)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (Object string : strings) {
      out.writeString(string.toString());
    }
    out.writeEndArray();
  }

  private static void writeLongs(JsonGenerator out, String field, Map<String, Long> map)
      throws IOException {
    out.writeObjectFieldStart(field);
    for (Map.Entry<String, Long> entry : map.entrySet()) {
      out.writeNumberField(entry.getKey(), entry.getValue());
    }
    out.writeEndObject();
  }

  private static ImmutableSortedMap<String, ImmutableSortedSet<String>> abilities(Json json) {
    ImmutableSortedMap.Builder<String, ImmutableSortedSet<String>> map =
        ImmutableSortedMap.naturalOrder();
    json.fields()
        .forEach(
            kind -> map.put(kind, ImmutableSortedSet.copyOf(json.get(kind).list(Json::asString))));
    return map.buildOrThrow();
  }

  private static ImmutableSortedMap<String, Long> longs(Json json) {
    ImmutableSortedMap.Builder<String, Long> map = ImmutableSortedMap.naturalOrder();
    json.fields().forEach(field -> map.put(field, json.get(field).asLong()));
    return map.buildOrThrow();
  }

  static <E extends Enum<E>> E oneOf(Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new UnreadableException(type.getSimpleName().toLowerCase(Locale.ROOT)
        + " must be one of "
        + Arrays.toString(type.getEnumConstants())
        + ", not "
        + io.heddle.model.Names.printable(name));
  }
}
