// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableList;
import io.heddle.model.Reason;
import io.heddle.pipeline.Decision;
import io.heddle.schema.CachedNode;
import io.heddle.schema.Codec;
import io.heddle.schema.TreeCache;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Acl;
import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns decisions into bundles of writes: decisions that touch the same znode are merged into one
 * write and share its fate (rule R2). Confined to the controller's loop.
 */
final class Rendering {
  private static final Logger log = LoggerFactory.getLogger(Rendering.class);

  /** How many znodes a reason names. */
  private static final int NAMED_ZNODES = 3;

  /** Versions from here on are started again, by delete and create in one multi (rule R13). */
  static final int RECYCLE_AT_VERSION = 1 << 30;

  private final TreeCache cache;
  private final Function<String, List<Acl>> acls;
  private final BiConsumer<Decision, WriteBatch> renderer;
  private final List<Refusal> refusals = new ArrayList<>();

  Rendering(
      TreeCache cache,
      Function<String, List<Acl>> acls,
      BiConsumer<Decision, WriteBatch> renderer) {
    this.cache = cache;
    this.acls = acls;
    this.renderer = renderer;
  }

  /**
   * A decision that is not written in this pass, and why.
   *
   * @param decision the decision
   * @param reason {@link Reason.Code#TOO_LARGE} if no pass can write it, or that it waits
   */
  record Refusal(Decision decision, Reason reason) {}

  /**
   * One write of one znode.
   *
   * @param path where
   * @param document what; null if it is deleted
   * @param data its bytes; empty if it is deleted
   * @param ops what is sent: mostly one operation
   */
  record Write(String path, @Nullable Object document, byte[] data, ImmutableList<Op> ops) {}

  /**
   * Decisions that share their fate.
   *
   * @param decisions the decisions, in order
   * @param writes what they write, each znode once
   */
  record Bundle(ImmutableList<Decision> decisions, ImmutableList<Write> writes) {
    int ops() {
      return writes.stream().mapToInt(write -> write.ops().size()).sum();
    }

    int bytes() {
      return writes.stream()
          .flatMap(write -> write.ops().stream())
          .mapToInt(Op::size)
          .sum();
    }

    boolean touches(String path) {
      return writes.stream().anyMatch(write -> write.path().equals(path));
    }

    /** What it takes against what is allowed, and by which znodes. */
    String sizes() {
      String largest = writes.stream()
          .sorted(Comparator.comparingInt((Write write) -> -write.data().length)
              .thenComparing(Write::path))
          .limit(NAMED_ZNODES)
          .map(write -> write.path() + " (" + write.data().length + " bytes)")
          .collect(Collectors.joining(", "));
      return ops() + " operations and " + bytes() + " bytes in one transaction, of which at most "
          + Committer.MAX_OPS + " and " + Committer.MAX_BYTES + " are allowed; the largest of its "
          + writes.size() + " znodes: " + largest;
    }
  }

  /** What could not be rendered since the last call. */
  List<Refusal> refusals() {
    List<Refusal> result = ImmutableList.copyOf(refusals);
    refusals.clear();
    return result;
  }

  /** The bundles of some decisions, in order of their first decision. */
  List<Bundle> bundles(List<Decision> decisions) {
    Map<Decision, List<Edit<?>>> edits = new LinkedHashMap<>();
    for (Decision decision : decisions) {
      Edits collected = new Edits();
      try {
        renderer.accept(decision, collected);
        edits.put(decision, collected.edits);
      } catch (StaleDecisionException e) {
        refuse(decision, Reason.Code.DEPENDENCY_PENDING, String.valueOf(e.getMessage()));
      }
    }
    List<Bundle> bundles = new ArrayList<>();
    for (List<Decision> connected : connected(edits)) {
      bundle(connected, edits).ifPresent(bundles::add);
    }
    return bundles;
  }

  private static List<List<Decision>> connected(Map<Decision, List<Edit<?>>> edits) {
    List<Decision> decisions = new ArrayList<>(edits.keySet());
    int[] parent = new int[decisions.size()];
    Map<String, Integer> firstWithPath = new HashMap<>();
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
      for (Edit<?> edit : Objects.requireNonNull(edits.get(decisions.get(i)))) {
        @Nullable Integer first = firstWithPath.putIfAbsent(edit.path, i);
        int other = root(parent, first == null ? i : first);
        int mine = root(parent, i);
        parent[Math.max(mine, other)] = Math.min(mine, other);
      }
    }
    Map<Integer, List<Decision>> sets = new LinkedHashMap<>();
    for (int i = 0; i < parent.length; i++) {
      sets.computeIfAbsent(root(parent, i), r -> new ArrayList<>()).add(decisions.get(i));
    }
    return new ArrayList<>(sets.values());
  }

  private static int root(int[] parent, int index) {
    int i = index;
    while (parent[i] != i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  /**
   * The bundle of a connected set, or of as many of its first decisions as one multi has room for.
   * Each decision is legal by itself, so that those that follow can wait for the reply: they are
   * decided anew by the next pass, which an applied multi asks for. One that fits into no multi, or
   * does not fit what is there, is refused alone, so that it never holds up the rest of its set.
   */
  private Optional<Bundle> bundle(List<Decision> decisions, Map<Decision, List<Edit<?>>> edits) {
    Reason.Code code;
    String problem;
    try {
      Bundle whole = merged(decisions, edits);
      if (whole.ops() <= Committer.MAX_OPS && whole.bytes() <= Committer.MAX_BYTES) {
        return Optional.of(whole);
      }
      code = Reason.Code.TOO_LARGE;
      problem = whole.sizes();
    } catch (TooLargeException e) {
      code = Reason.Code.TOO_LARGE;
      problem = String.valueOf(e.getMessage());
    } catch (StaleDecisionException e) {
      code = Reason.Code.DEPENDENCY_PENDING;
      problem = String.valueOf(e.getMessage());
    }
    if (decisions.size() == 1) {
      refuse(decisions.get(0), code, problem);
      return Optional.empty();
    }
    int middle = decisions.size() / 2;
    List<Decision> later = decisions.subList(middle, decisions.size());
    Optional<Bundle> first = bundle(decisions.subList(0, middle), edits);
    if (first.isEmpty()) {
      return bundle(later, edits);
    }
    String waits =
        "waits for " + first.get().decisions().get(0).entity() + " and others: " + problem;
    later.forEach(decision -> refuse(decision, Reason.Code.DEPENDENCY_PENDING, waits));
    return first;
  }

  private void refuse(Decision decision, Reason.Code code, String detail) {
    refusals.add(new Refusal(decision, new Reason(code, decision.entity(), detail)));
  }

  private Bundle merged(List<Decision> decisions, Map<Decision, List<Edit<?>>> edits) {
    Map<String, Pending<?>> pending = new LinkedHashMap<>();
    for (Decision decision : decisions) {
      for (Edit<?> edit : Objects.requireNonNull(edits.get(decision))) {
        fold(pending, edit);
      }
    }
    ImmutableList.Builder<Write> writes = ImmutableList.builder();
    for (Pending<?> document : pending.values()) {
      document.write(acls).ifPresent(writes::add);
    }
    return new Bundle(ImmutableList.copyOf(decisions), writes.build());
  }

  @SuppressWarnings("unchecked") // One codec per path: CachedNode rests on the same.
  private <T> void fold(Map<String, Pending<?>> pending, Edit<T> edit) {
    Pending<T> document = (Pending<T>) pending.computeIfAbsent(
        edit.path, path -> new Pending<>(path, edit.codec, cache.get(path).orElse(null)));
    document.apply(edit);
  }

  /** What a decision wants of a znode. */
  private enum Wish {
    /** Another document, or none. */
    EDIT,
    /** The same document, one version on. */
    TOUCH,
    /** Nothing there. */
    DELETE,
    /** Nothing there before. */
    ABSENT
  }

  private record Edit<T>(
      String path,
      Codec<T> codec,
      UnaryOperator<Optional<T>> function,
      Wish wish,
      Op.CreateMode mode) {}

  /** Stands in where no document is read or written. */
  private static final Codec<byte[]> NO_DOCUMENT = new Codec<>() {
    @Override
    public String name() {
      return "anything";
    }

    @Override
    public byte[] encode(byte[] document) {
      return document;
    }

    @Override
    public byte[] decode(byte[] data) {
      return data;
    }
  };

  private static final class Edits implements WriteBatch {
    private final List<Edit<?>> edits = new ArrayList<>();

    @Override
    public <T> void edit(String path, Codec<T> codec, UnaryOperator<Optional<T>> edit) {
      edits.add(new Edit<>(path, codec, edit, Wish.EDIT, Op.CreateMode.PERSISTENT));
    }

    @Override
    public <T> void touch(String path, Codec<T> codec) {
      edits.add(new Edit<>(
          path,
          codec,
          value -> {
            if (value.isEmpty()) {
              throw new StaleDecisionException(path + " is not there");
            }
            return value;
          },
          Wish.TOUCH,
          Op.CreateMode.PERSISTENT));
    }

    @Override
    public void delete(String path) {
      edits.add(
          new Edit<>(path, NO_DOCUMENT, value -> value, Wish.DELETE, Op.CreateMode.PERSISTENT));
    }

    @Override
    public void requireAbsent(String path, Op.CreateMode mode) {
      edits.add(new Edit<>(path, NO_DOCUMENT, value -> value, Wish.ABSENT, mode));
    }
  }

  /** A document above the bound of a znode. Never leaves this class. */
  private static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException(String message) {
      super(message);
    }
  }

  /** A document while its edits are folded. */
  private static final class Pending<T> {
    private final String path;
    private final Codec<T> codec;
    private final @Nullable CachedNode node;
    private boolean edited;
    private Optional<T> before = Optional.empty();
    private Optional<T> value = Optional.empty();
    private Wish wish = Wish.EDIT;
    private Op.CreateMode mode = Op.CreateMode.PERSISTENT;

    Pending(String path, Codec<T> codec, @Nullable CachedNode node) {
      this.path = path;
      this.codec = codec;
      this.node = node;
    }

    void apply(Edit<T> edit) {
      boolean documents = edit.wish == Wish.EDIT || edit.wish == Wish.TOUCH;
      if (!documents) {
        if (edited) {
          throw new StaleDecisionException(path + " is written in this pass");
        }
        wish = edit.wish;
        mode = edit.mode;
        return;
      }
      if (wish == Wish.DELETE || wish == Wish.ABSENT) {
        throw new StaleDecisionException(path + " is removed in this pass");
      }
      if (!edited) {
        edited = true;
        before = node == null ? Optional.empty() : read(node, codec);
        value = before;
      }
      value = edit.function.apply(value);
      wish = edit.wish == Wish.TOUCH ? Wish.TOUCH : wish;
    }

    /**
     * What cannot be read is overwritten as if it were empty: the controller is its only writer.
     */
    private static <T> Optional<T> read(CachedNode node, Codec<T> codec) {
      try {
        return Optional.of(node.decode(codec));
      } catch (UnreadableException e) {
        log.warn("{}; it will be written anew", e.getMessage());
        return Optional.empty();
      }
    }

    Optional<Write> write(Function<String, List<Acl>> acls) {
      if (wish == Wish.ABSENT) {
        return Optional.of(proofOfAbsence(acls));
      }
      if (wish == Wish.DELETE) {
        return Optional.ofNullable(node)
            .map(found -> gone(new Op.Delete(path, found.stat().version())));
      }
      if (value.equals(before) && wish != Wish.TOUCH) {
        return Optional.empty();
      }
      if (value.isEmpty()) {
        int version = Objects.requireNonNull(node).stat().version();
        return Optional.of(gone(new Op.Delete(path, version)));
      }
      byte[] data = codec.encode(value.get());
      if (data.length > StoreSession.MAX_NODE_BYTES) {
        throw new TooLargeException(path + " would have " + data.length + " bytes; at most "
            + StoreSession.MAX_NODE_BYTES + " are allowed");
      }
      return Optional.of(new Write(path, value.get(), data, ops(data, acls)));
    }

    private Write gone(Op... ops) {
      return new Write(path, null, new byte[0], ImmutableList.copyOf(ops));
    }

    private Write proofOfAbsence(Function<String, List<Acl>> acls) {
      if (node != null) {
        throw new StaleDecisionException(path + " is there");
      }
      return gone(
          new Op.Create(path, new byte[0], mode, acls.apply(path)),
          new Op.Delete(path, Op.ANY_VERSION));
    }

    private ImmutableList<Op> ops(byte[] data, Function<String, List<Acl>> acls) {
      if (node == null) {
        return ImmutableList.of(create(data, acls));
      }
      int version = node.stat().version();
      return version < RECYCLE_AT_VERSION || wish == Wish.TOUCH
          ? ImmutableList.of(new Op.Set(path, data, version))
          : ImmutableList.of(new Op.Delete(path, version), create(data, acls));
    }

    private Op create(byte[] data, Function<String, List<Acl>> acls) {
      return new Op.Create(path, data, Op.CreateMode.PERSISTENT, acls.apply(path));
    }
  }
}
