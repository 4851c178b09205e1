// SPDX-License-Identifier: Apache-2.0
package io.heddle.cluster;

import com.google.common.collect.ImmutableList;
import io.heddle.model.Bound;
import io.heddle.model.Names;
import io.heddle.model.StateModel;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.StateModels;
import io.heddle.yaml.YamlError;
import io.heddle.yaml.YamlMap;
import io.heddle.yaml.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads state models: named ones, and declared ones with their constraints. */
final class StateModelReader {
  /** Which files name, and which every model has. */
  private static final Set<String> BUILT_IN_STATES = Set.of(StateModel.DROPPED, StateModel.ERROR);

  private final Map<String, StateModel> declared = new LinkedHashMap<>();

  ImmutableList<StateModel> declared() {
    return ImmutableList.copyOf(declared.values());
  }

  /** The model of a resource. */
  StateModel model(YamlMap map, Optional<YamlMap> constraints) {
    String name = map.parsed("name", text -> Names.check("state model", text));
    if (!map.has("states") && !map.has("transitions") && !map.has("initialState")) {
      return named(map, name, constraints);
    }
    StateModel model;
    try {
      model = read(map, name, constraints);
    } catch (YamlError e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw map.self().error(String.valueOf(e.getMessage()));
    }
    @Nullable StateModel builtIn = StateModels.BUILT_IN.get(name);
    if (builtIn != null) {
      if (!builtIn.equals(model)) {
        throw map.value("name")
            .error("is built in, and not as declared here; give yours another name");
      }
      return builtIn;
    }
    @Nullable StateModel before = declared.putIfAbsent(name, model);
    if (before != null && !before.equals(model)) {
      throw map.value("name").error("was declared before, and not as here; say it once");
    }
    return model;
  }

  private StateModel named(YamlMap map, String name, Optional<YamlMap> constraints) {
    if (constraints.isPresent()) {
      throw constraints.get().self().error("goes with a state model that is declared here");
    }
    @Nullable StateModel known = StateModels.BUILT_IN.getOrDefault(name, declared.get(name));
    if (known == null) {
      Set<String> names = new TreeSet<>(StateModels.BUILT_IN.keySet());
      names.addAll(declared.keySet());
      throw map.value("name")
          .error("is not known; allowed: " + String.join(", ", names)
              + ", or one that is declared with states, transitions and initialState");
    }
    return known;
  }

  private static StateModel read(YamlMap map, String name, Optional<YamlMap> constraints) {
    Optional<YamlMap> ofStates = constraints.flatMap(c -> c.optionalMap("state"));
    Optional<YamlMap> ofTransitions = constraints.flatMap(c -> c.optionalMap("transition"));
    StateModel.Builder model = StateModel.builder(name);
    Map<String, Bound> bounds = bounds(ofStates, map.strings("states"));
    List<String> states = map.strings("states").stream()
        .filter(state -> !BUILT_IN_STATES.contains(state))
        .toList();
    ordered(states, list(ofStates))
        .forEach(state -> model.state(state, bounds.getOrDefault(state, new Bound.Unlimited())));
    model.initialState(map.string("initialState"));
    Map<String, Transition> transitions = transitions(map);
    ordered(List.copyOf(transitions.keySet()), list(ofTransitions)).forEach(one -> {
      Transition transition = Objects.requireNonNull(transitions.get(one));
      if (!transition.from().equals(StateModel.ERROR)) {
        model.transition(transition.from(), transition.to());
      }
    });
    return model.build();
  }

  private static Map<String, Transition> transitions(YamlMap map) {
    Map<String, Transition> transitions = new LinkedHashMap<>();
    for (YamlMap one : map.maps("transitions")) {
      Transition transition = new Transition(one.string("from"), one.string("to"));
      String name = one.optionalString("name").orElse(transition.toString());
      if (transitions.putIfAbsent(name, transition) != null) {
        throw one.self().error("transition " + name + " is there twice");
      }
    }
    return transitions;
  }

  private static Map<String, Bound> bounds(Optional<YamlMap> ofStates, List<String> states) {
    Map<String, Bound> bounds = new TreeMap<>();
    for (YamlMap count : ofStates.map(m -> m.maps("counts")).orElse(ImmutableList.of())) {
      String state = count.value("name").parsed(name -> oneOf(states, name));
      if (bounds.putIfAbsent(state, count.parsed("count", Bound::parse)) != null) {
        throw count.self().error("the count of " + state + " is there twice");
      }
    }
    return bounds;
  }

  private static ImmutableList<YamlValue> list(Optional<YamlMap> constraints) {
    return constraints.map(m -> m.list("priorityList")).orElse(ImmutableList.of());
  }

  /** Those of the priority list first, in its order; then the others as they were declared. */
  private static List<String> ordered(List<String> all, List<YamlValue> first) {
    Set<String> ordered = new LinkedHashSet<>();
    List<String> known = new ArrayList<>(all);
    known.addAll(BUILT_IN_STATES);
    for (YamlValue one : first) {
      String name = one.parsed(text -> oneOf(known, text));
      if (all.contains(name)) {
        ordered.add(name);
      }
    }
    ordered.addAll(all);
    return List.copyOf(ordered);
  }

  private static String oneOf(List<String> known, String name) {
    if (!known.contains(name)) {
      throw new IllegalArgumentException("is not one of " + String.join(", ", known));
    }
    return name;
  }
}
