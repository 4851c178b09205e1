// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.heddle.model.PartitionId;
import io.heddle.model.StateModel;
import io.heddle.model.StateModel.Transition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A state model tied to the user's handlers; complete, or it does not come about. Immutable. */
final class HandlerBinding {
  private static final Transition ERROR_DROP = new Transition(StateModel.ERROR, StateModel.DROPPED);
  private static final String PREFIX = "onBecome";

  private final StateModel model;
  private final StateModelFactory<?> factory;
  private final ImmutableMap<Transition, Method> methods;

  private HandlerBinding(
      StateModel model, StateModelFactory<?> factory, ImmutableMap<Transition, Method> methods) {
    this.model = model;
    this.factory = factory;
    this.methods = methods;
  }

  /**
   * Binds and checks.
   *
   * @throws IllegalArgumentException names every method that is missing or does not fit
   */
  static HandlerBinding of(StateModel model, StateModelFactory<?> factory) {
    if (TransitionHandler.class.isAssignableFrom(factory.handlerType())) {
      return new HandlerBinding(model, factory, ImmutableMap.of());
    }
    return new HandlerBinding(model, factory, new Search(model, factory.handlerType()).bind());
  }

  StateModel model() {
    return model;
  }

  /** What {@link Replicas} has to know. */
  Handling handling() {
    return new Handling(
        model,
        Resettable.class.isAssignableFrom(factory.handlerType()),
        methods.containsKey(ERROR_DROP));
  }

  ClassLoader classLoader() {
    @Nullable ClassLoader loader = factory.handlerType().getClassLoader();
    return loader == null ? ClassLoader.getSystemClassLoader() : loader;
  }

  Object create(PartitionId partition) throws Exception {
    @Nullable Object handler = factory.create(partition);
    if (!factory.handlerType().isInstance(handler)) {
      throw new IllegalStateException("the factory of " + model.name() + " made " + handler
          + " for " + partition + ", which is no " + factory.handlerType().getName());
    }
    return handler;
  }

  void transition(Object handler, TransitionContext context) throws Throwable {
    if (handler instanceof TransitionHandler typed) {
      typed.transition(context);
      return;
    }
    Transition transition = new Transition(context.from(), context.to());
    @Nullable Method method = methods.get(transition);
    if (method == null) {
      throw new IllegalStateException(
          "state model " + model.name() + " has no transition " + transition);
    }
    try {
      if (method.getParameterCount() == 0) {
        method.invoke(handler);
      } else {
        method.invoke(handler, context);
      }
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /** {@code onBecomeMasterFromSlave} for {@code SLAVE>MASTER}. */
  static String methodName(Transition transition) {
    return PREFIX + camel(transition.to()) + "From" + camel(transition.from());
  }

  private static String camel(String state) {
    StringBuilder name = new StringBuilder();
    for (String word : Splitter.onPattern("[_.-]+").omitEmptyStrings().split(state)) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT))
          .append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  /** One look at a class. */
  private static final class Search {
    private final StateModel model;
    private final Class<?> type;
    private final List<String> problems = new ArrayList<>();

    Search(StateModel model, Class<?> type) {
      this.model = model;
      this.type = type;
    }

    ImmutableMap<Transition, Method> bind() {
      Map<String, Transition> wanted = wanted();
      Map<String, Method> found = found(wanted);
      ImmutableMap.Builder<Transition, Method> methods = ImmutableMap.builder();
      wanted.forEach((name, transition) -> {
        @Nullable Method method = found.get(name);
        if (method != null) {
          methods.put(transition, method);
        } else if (!transition.equals(ERROR_DROP)) {
          problems.add("method " + name + " for " + transition + " is missing");
        }
      });
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(type.getName() + " does not fit state model "
            + model.name() + ": " + String.join("; ", problems));
      }
      return methods.buildOrThrow();
    }

    private Map<String, Transition> wanted() {
      Map<String, Transition> wanted = new TreeMap<>();
      List<Transition> transitions = new ArrayList<>(model.transitions());
      transitions.add(ERROR_DROP);
      for (Transition transition : transitions) {
        @Nullable Transition other = wanted.put(methodName(transition), transition);
        if (other != null && !other.equals(transition)) {
          problems.add("transitions " + other + " and " + transition + " share the method name "
              + methodName(transition) + "; use a TransitionHandler");
        }
      }
      return wanted;
    }

    private Map<String, Method> found(Map<String, Transition> wanted) {
      Map<String, Method> found = new TreeMap<>();
      for (Method method : candidates()) {
        String name = method.getName();
        if (!wanted.containsKey(name)) {
          problems.add("method " + name + " fits no transition; known are " + wanted.keySet());
        } else if (!fits(method)) {
          problems.add("method " + method.toGenericString() + " must be a void instance method, not"
              + " private, without parameters or with one TransitionContext");
        } else if (found.put(name, method) != null) {
          problems.add("method " + name + " is there twice");
        }
      }
      return found;
    }

    private boolean fits(Method method) {
      Class<?>[] parameters = method.getParameterTypes();
      return method.getReturnType() == void.class
          && !Modifier.isStatic(method.getModifiers())
          && !Modifier.isPrivate(method.getModifiers())
          && (parameters.length == 0
              || (parameters.length == 1 && parameters[0] == TransitionContext.class))
          && method.trySetAccessible();
    }

    /** All methods that look like callbacks; of overridden ones the lowest. */
    private Iterable<Method> candidates() {
      Map<String, Method> bySignature = new TreeMap<>();
      for (@Nullable Class<?> c = type; c != null; c = c.getSuperclass()) {
        for (Method method : c.getDeclaredMethods()) {
          add(bySignature, method);
        }
      }
      for (Method method : type.getMethods()) {
        add(bySignature, method);
      }
      return bySignature.values();
    }

    private static void add(Map<String, Method> bySignature, Method method) {
      if (method.getName().startsWith(PREFIX) && !method.isSynthetic()) {
        bySignature.putIfAbsent(method.getName() + List.of(method.getParameterTypes()), method);
      }
    }
  }
}
