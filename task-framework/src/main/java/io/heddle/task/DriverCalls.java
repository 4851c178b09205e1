// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import io.heddle.runtime.Loop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import io.heddle.task.TaskException.Kind;
import io.heddle.task.WorkflowDocument.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What the driver does on its loop. The methods that return a stage may be called from any thread.
 *
 * <p>A call whose answer was lost with the connection is tried again when the connection is back,
 * after a look at what is there (rule R4), until its bound has passed.
 */
final class DriverCalls implements DriverSession.Listener {
  /** Most bytes of a workflow's spec. */
  static final int MAX_SPEC_BYTES = 200 * 1024;

  /** Most calls under way. */
  static final int MAX_CALLS = 10_000;

  private final ClusterPaths paths;
  private final Loop loop;
  private final AccessControl access;
  private final Duration bound;
  private final DriverSession session;
  private final Following following;
  private final Set<Call<?>> open = new LinkedHashSet<>();
  private boolean closed;

  DriverCalls(
      Store store,
      ClusterPaths paths,
      Loop loop,
      SessionOptions options,
      AccessControl access,
      Duration bound) {
    this.paths = paths;
    this.loop = loop;
    this.access = access;
    this.bound = bound;
    this.session = new DriverSession(store, paths, loop, options, this);
    this.following = new Following(paths);
  }

  // The session.

  @Override
  public void connected(StoreSession connected, boolean isNew) {
    following.connected(connected, isNew);
  }

  @Override
  public void refused(TaskException why) {
    failAll(why);
  }

  private void failAll(TaskException why) {
    ImmutableList.copyOf(open).forEach(call -> call.fail(why));
    following.fail(why);
  }

  void close() {
    loop.execute(() -> {
      if (!closed) {
        closed = true;
        failAll(new TaskException(Kind.CLOSED, "the driver of " + paths.cluster() + " is closed"));
        session.close();
        loop.close();
      }
    });
  }

  /** A call: bounded in time, tried again after each reconnect. */
  private <T> CompletionStage<T> call(String what, Consumer<Call<T>> attempt) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> {
      if (closed || open.size() >= MAX_CALLS) {
        answer.completeExceptionally(new TaskException(
            closed ? Kind.CLOSED : Kind.TOO_LARGE,
            what + (closed ? ": the driver is closed" : ": too many calls are under way")));
        return;
      }
      Call<T> call = new Call<>(what, answer, attempt);
      open.add(call);
      call.timer = loop.schedule(bound, () -> call.fail(Kind.TIMEOUT, "no answer within " + bound));
      call.run();
    });
    return answer.minimalCompletionStage();
  }

  /** One call while it is under way. Confined to the loop. */
  private final class Call<T> {
    private final String what;
    private final CompletableFuture<T> answer;
    private final Consumer<Call<T>> attempt;
    private Loop.Timer timer = () -> {};
    private boolean isUnsure;
    private boolean isOver;

    Call(String what, CompletableFuture<T> answer, Consumer<Call<T>> attempt) {
      this.what = what;
      this.answer = answer;
      this.attempt = attempt;
    }

    void run() {
      if (!isOver) {
        session.whenConnected(s -> {
          if (!isOver) {
            attempt.accept(this);
          }
        });
      }
    }

    void done(T value) {
      over();
      answer.complete(value);
    }

    void fail(Kind kind, String detail) {
      fail(new TaskException(kind, what + ": " + detail));
    }

    void fail(TaskException why) {
      over();
      answer.completeExceptionally(why);
    }

    private void over() {
      isOver = true;
      timer.cancel();
      open.remove(this);
    }

    /** Later, since the connection is gone. */
    void again() {
      Loop.Timer unused = loop.schedule(Duration.ofMillis(50), this::run);
    }

    void read(List<String> read, Consumer<List<Read>> then) {
      if (read.isEmpty()) {
        then.accept(ImmutableList.of());
        return;
      }
      session.whenConnected(s -> s.readAll(read, reads -> {
        if (reads.stream().anyMatch(r -> r instanceof Read.Unavailable)) {
          again();
        } else if (reads.stream().anyMatch(r -> r instanceof Read.Denied)) {
          fail(Kind.DENIED, "one may not read it");
        } else {
          then.accept(reads);
        }
      }));
    }

    void commit(List<Op> ops, Consumer<Commit.Applied> applied, Consumer<Commit.Refused> refused) {
      session.whenConnected(s -> s.commit(ops, result -> {
        if (result instanceof Commit.Applied yes) {
          applied.accept(yes);
        } else if (result instanceof Commit.Refused no) {
          if (no.why() == Commit.Why.NO_AUTH) {
            fail(Kind.DENIED, "one may not write " + no.path());
          } else {
            refused.accept(no);
          }
        } else {
          isUnsure = true;
          again();
        }
      }));
    }

    <D> Optional<D> decode(Read read, Codec<D> codec) {
      return read instanceof Read.Found found
          ? Optional.of(new CachedNode(found.node()).decode(codec))
          : Optional.empty();
    }

    /** Runs what decodes. */
    void guarded(Runnable task) {
      try {
        task.run();
      } catch (UnreadableException | IllegalArgumentException e) {
        fail(Kind.UNREADABLE, String.valueOf(e.getMessage()));
      }
    }
  }

  // Submission.

  CompletionStage<WorkflowHandle> submit(WorkflowSpec spec) {
    byte[] data = SpecCodec.WORKFLOW.encode(new WorkflowDocument(spec, Target.RUN));
    String what = "workflow " + spec.name();
    if (data.length > MAX_SPEC_BYTES) {
      return CompletableFuture.failedStage(new TaskException(
          Kind.TOO_LARGE,
          what + " has " + data.length + " bytes; at most " + MAX_SPEC_BYTES + " are allowed"));
    }
    return call(what, call -> submit(call, spec.name(), data));
  }

  private void submit(Call<WorkflowHandle> call, String name, byte[] data) {
    String path = TaskPaths.spec(paths, name);
    Op.Create create = create(path, data);
    call.commit(
        ImmutableList.of(create),
        applied -> call.done(handle(name, applied.stats().get(0).czxid())),
        refused -> {
          if (refused.why() == Commit.Why.NODE_EXISTS) {
            exists(call, name, data);
          } else {
            withDirectory(call, name, create);
          }
        });
  }

  private void withDirectory(Call<WorkflowHandle> call, String name, Op.Create create) {
    String directory = TaskPaths.specs(paths, name);
    call.commit(
        ImmutableList.of(create(directory, new byte[0]), create),
        applied -> call.done(handle(name, applied.stats().get(1).czxid())),
        refused -> {
          if (refused.why() == Commit.Why.NODE_EXISTS) {
            call.run();
          } else {
            call.fail(Kind.NO_CLUSTER, "cluster " + paths.cluster() + " does not exist");
          }
        });
  }

  private Op.Create create(String path, byte[] data) {
    return new Op.Create(path, data, Op.CreateMode.PERSISTENT, access.acl(paths, path));
  }

  /** It may be ours, if an answer was lost. */
  private void exists(Call<WorkflowHandle> call, String name, byte[] data) {
    if (!call.isUnsure) {
      call.fail(Kind.EXISTS, "a workflow of that name exists; delete it first");
      return;
    }
    call.read(List.of(TaskPaths.spec(paths, name)), reads -> {
      if (reads.get(0) instanceof Read.Found found) {
        if (Arrays.equals(found.node().data(), data)) {
          call.done(handle(name, found.node().stat().czxid()));
        } else {
          call.fail(Kind.EXISTS, "a workflow of that name exists; delete it first");
        }
      } else {
        call.run();
      }
    });
  }

  private WorkflowHandle handle(String name, long uid) {
    return new WorkflowHandle(this, new WorkflowKey(name, uid));
  }

  CompletionStage<Optional<WorkflowHandle>> find(String name) {
    String path = TaskPaths.spec(paths, name);
    return call(
        "workflow " + name,
        call -> call.read(
            List.of(path),
            reads -> call.done(
                reads.get(0) instanceof Read.Found found
                    ? Optional.of(handle(name, found.node().stat().czxid()))
                    : Optional.empty())));
  }

  // Submitted workflows.

  CompletionStage<WorkflowStatus> status(WorkflowKey key) {
    return call(
        "workflow " + key.name(),
        call ->
            progress(call, key, progress -> call.done(WorkflowStatus.of(key.name(), progress))));
  }

  private <T> void progress(Call<T> call, WorkflowKey key, Consumer<WorkflowProgress> then) {
    List<String> both =
        List.of(TaskPaths.spec(paths, key.name()), TaskPaths.progress(paths, key.name()));
    call.read(
        both,
        reads -> call.guarded(() -> {
          boolean isThere =
              reads.get(0) instanceof Read.Found found && found.node().stat().czxid() == key.uid();
          if (isThere) {
            then.accept(call.decode(reads.get(1), ProgressCodecs.WORKFLOW)
                .filter(p -> p.uid() == key.uid())
                .orElse(WorkflowProgress.notStarted(key.uid())));
          } else {
            call.fail(Kind.ABSENT, "it was deleted");
          }
        }));
  }

  CompletionStage<ImmutableList<String>> results(WorkflowKey key, String job) {
    return call(
        "job " + key.name() + "/" + job,
        call -> progress(call, key, progress -> {
          JobProgress of = progress.job(job);
          String[] byTask = new String[of.total()];
          Arrays.fill(byTask, "");
          of.results().forEach((task, result) -> byTask[task] = result);
          List<String> chunks = new ArrayList<>();
          if (of.place() == JobProgress.Place.CHUNKS) {
            for (int first = 0; first < of.total(); first += TaskPaths.RESULTS_PER_CHUNK) {
              chunks.add(
                  TaskPaths.results(paths, key.name(), job, first / TaskPaths.RESULTS_PER_CHUNK));
            }
          }
          call.read(
              chunks,
              reads -> call.guarded(() -> {
                reads.forEach(read -> call.decode(read, ProgressCodecs.RESULTS)
                    .ifPresent(r -> r.byTask().forEach((task, result) -> byTask[task] = result)));
                call.done(ImmutableList.copyOf(byTask));
              }));
        }));
  }

  CompletionStage<Void> target(WorkflowKey key, Target target) {
    String path = TaskPaths.spec(paths, key.name());
    return call(
        "workflow " + key.name(),
        call -> call.read(
            List.of(path), reads -> call.guarded(() -> target(call, key, target, reads.get(0)))));
  }

  private void target(Call<Void> call, WorkflowKey key, Target target, Read read) {
    if (!(read instanceof Read.Found found) || found.node().stat().czxid() != key.uid()) {
      if (target == Target.DELETE) {
        done(call);
      } else {
        call.fail(Kind.ABSENT, "it was deleted");
      }
      return;
    }
    WorkflowDocument document = call.decode(read, SpecCodec.WORKFLOW).orElseThrow();
    if (document.target().compareTo(target) >= 0) {
      done(call);
      return;
    }
    call.commit(
        ImmutableList.of(new Op.Set(
            found.node().path(),
            SpecCodec.WORKFLOW.encode(document.with(target)),
            found.node().stat().version())),
        applied -> done(call),
        refused -> call.run());
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private static void done(Call<Void> call) {
    call.done(null);
  }

  CompletionStage<WorkflowStatus> completion(WorkflowKey key, Consumer<WorkflowStatus> progress) {
    CompletableFuture<WorkflowStatus> end = new CompletableFuture<>();
    loop.execute(() -> {
      if (closed) {
        end.completeExceptionally(
            new TaskException(Kind.CLOSED, "workflow " + key.name() + ": the driver is closed"));
        return;
      }
      following.add(key, end, progress);
      session.whenConnected(s -> following.look(key, s));
    });
    return end;
  }
}
