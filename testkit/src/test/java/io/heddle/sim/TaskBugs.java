// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.participant.ExtensionContext;
import io.heddle.participant.ParticipantExtension;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.schema.TreeRoot;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.Stat;
import io.heddle.task.TaskAlterations;
import io.heddle.task.TaskDocuments;
import io.heddle.task.TaskDocuments.Ended;
import io.heddle.task.TaskDocuments.Given;
import io.heddle.task.TaskDocuments.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the processes of a {@link TaskMutation} differ. Confined to the simulation's thread. */
final class TaskBugs {
  private TaskBugs() {}

  /** Alters documents of one section, as they are read and written. */
  static class Documents extends Alteration {
    private final Pattern pattern;

    Documents(String section) {
      this.pattern = Pattern.compile(".*/" + section + "/([^/]+)/([^/]+)");
    }

    byte[] read(String path, byte[] data) {
      return data;
    }

    byte[] written(String path, byte[] data) {
      return data;
    }

    @Override
    Read reads(Read read) {
      if (!(read instanceof Read.Found found) || !pattern.matcher(read.path()).matches()) {
        return read;
      }
      Node node = found.node();
      byte[] data = read(node.path(), node.data());
      return new Read.Found(new Node(node.path(), data, node.stat()));
    }

    @Override
    List<Op> sends(List<Op> ops) {
      return ops.stream().map(this::sent).toList();
    }

    private Op sent(Op op) {
      if (!pattern.matcher(op.path()).matches()) {
        return op;
      }
      if (op instanceof Op.Set set) {
        return new Op.Set(set.path(), written(set.path(), set.data()), set.version());
      }
      return op instanceof Op.Create create
          ? new Op.Create(
              create.path(), written(create.path(), create.data()), create.mode(), create.acl())
          : op;
    }
  }

  /** Leaves work as it was where something is recorded. */
  static final class RecordedOnly extends Documents {
    private final Map<String, byte[]> last = new HashMap<>();
    private boolean isRecording;

    RecordedOnly() {
      super("work");
    }

    @Override
    List<Op> sends(List<Op> ops) {
      isRecording = ops.stream().anyMatch(op -> op.path().contains("/progress/"));
      return super.sends(ops);
    }

    @Override
    byte[] read(String path, byte[] data) {
      last.put(path, data);
      return data;
    }

    @Override
    byte[] written(String path, byte[] data) {
      byte[] before = last.getOrDefault(path, data);
      if (isRecording) {
        return before;
      }
      last.put(path, data);
      return data;
    }
  }

  /** Reads each outcome as that of the token which the task has now. */
  static final class SupersededAccepted extends Documents {
    private final Map<String, Map<TaskId, Long>> work = new HashMap<>();

    SupersededAccepted() {
      super("(?:work|outcomes)");
    }

    @Override
    byte[] written(String path, byte[] data) {
      Map<TaskId, Long> tokens = new HashMap<>();
      for (Given given : TaskDocuments.work(data).given()) {
        tokens.put(given.task(), given.token());
      }
      work.put(path, tokens);
      return data;
    }

    @Override
    byte[] read(String path, byte[] data) {
      if (path.contains("/work/")) {
        return written(path, data);
      }
      Map<TaskId, Long> tokens = work.getOrDefault(path.replace("/outcomes/", "/work/"), Map.of());
      return TaskAlterations.outcomeTokens(data, (task, token) -> tokens.getOrDefault(task, token));
    }
  }

  /** Writes each outcome only once. */
  static final class Forgetful extends Documents {
    private final Set<Long> written = new HashSet<>();

    Forgetful() {
      super("outcomes");
    }

    @Override
    byte[] written(String path, byte[] data) {
      List<Long> fresh = new ArrayList<>();
      for (Ended ended : TaskDocuments.outcomes(data).ended()) {
        if (written.add(ended.token())) {
          fresh.add(ended.token());
        }
      }
      return TaskAlterations.outcomesWith(data, fresh::contains);
    }
  }

  /** Takes each report of outcomes for applied of which that is unknown. */
  static final class UnknownIsWritten extends Alteration {
    @Override
    Commit hears(List<Op> ops, Commit answer, long waitedNanos) {
      boolean isReport = ops.stream().anyMatch(op -> op.path().contains("/outcomes/"));
      return isReport && answer instanceof Commit.Unknown
          ? new Commit.Applied(
              0, ops.stream().map(UnknownIsWritten::stat).collect(ImmutableList.toImmutableList()))
          : answer;
    }

    private static Stat stat(Op op) {
      return new Stat(0, 0, op instanceof Op.Set set ? set.version() + 1 : 0, 0);
    }
  }

  /** Sees nothing in the outcomes of those that don't live, by what was read of them. */
  static final class DeadIgnored extends Documents {
    private static final Pattern LIVE = Pattern.compile(".*/live/([^/]+)/s");
    private final Map<String, Long> living = new HashMap<>();

    DeadIgnored() {
      super("outcomes");
    }

    @Override
    Read reads(Read read) {
      Matcher live = LIVE.matcher(read.path());
      if (live.matches()) {
        if (read instanceof Read.Found found) {
          living.put(live.group(1), Specs.LIVE.decode(found.node().data()).incarnation());
        } else {
          living.remove(live.group(1));
        }
      }
      return super.reads(read);
    }

    @Override
    byte[] read(String path, byte[] data) {
      List<String> parts = List.of(path.split("/"));
      @Nullable Long incarnation = living.get(parts.get(parts.size() - 2));
      boolean lives =
          incarnation != null && incarnation == TaskDocuments.outcomes(data).incarnation();
      return TaskAlterations.outcomesWith(data, token -> lives);
    }
  }

  /** Reads all work as if it were for itself. */
  static final class OwnWork extends Documents {
    private long own;

    OwnWork() {
      super("work");
    }

    @Override
    List<Op> sends(List<Op> ops) {
      for (Op op : ops) {
        if (op instanceof Op.Create create && create.path().contains("/live/")) {
          own = Specs.LIVE.decode(create.data()).incarnation();
        }
      }
      return ops;
    }

    @Override
    byte[] read(String path, byte[] data) {
      // Before it is registered it can't know; its next number is one above its last.
      long n = own == 0 ? TaskDocuments.work(data).incarnation() + 1 : own;
      return TaskAlterations.workOf(data, n);
    }
  }

  /** Remembers the first token of each task, and gives it out ever again. */
  static final class FirstTokens extends Documents {
    private final Map<TaskId, Long> first = new HashMap<>();

    FirstTokens() {
      super("work");
    }

    @Override
    byte[] written(String path, byte[] data) {
      return TaskAlterations.workTokens(
          data, (task, token) -> first.computeIfAbsent(task, t -> token));
    }
  }

  /** Takes all workflows of one name for the first that it saw. */
  static final class NameIsIdentity extends Alteration {
    private final Map<String, Long> first = new HashMap<>();

    @Override
    Read reads(Read read) {
      if (!(read instanceof Read.Found found) || !read.path().matches(".*/workflows/../.*")) {
        return read;
      }
      Node node = found.node();
      Stat stat = node.stat();
      long uid = first.computeIfAbsent(node.path(), p -> stat.czxid());
      return new Read.Found(new Node(
          node.path(),
          node.data(),
          new Stat(uid, stat.mzxid(), stat.version(), stat.ephemeralOwner())));
    }
  }

  /** Says at once that everything has returned. */
  static final class Impatient implements ParticipantExtension {
    private final ParticipantExtension real;

    Impatient(ParticipantExtension real) {
      this.real = real;
    }

    @Override
    public void ended(Runnable done) {
      real.ended(() -> {});
      done.run();
    }

    @Override
    public ImmutableList<TreeRoot> roots(ClusterPaths paths, InstanceId instance) {
      return real.roots(paths, instance);
    }

    @Override
    public ImmutableSortedMap<String, Long> offers() {
      return real.offers();
    }

    @Override
    public void registered(ExtensionContext context) {
      real.registered(context);
    }

    @Override
    public void changed(ImmutableSortedSet<String> paths) {
      real.changed(paths);
    }

    @Override
    public void leaseLost() {
      real.leaseLost();
    }

    @Override
    public void leaseRegained() {
      real.leaseRegained();
    }

    @Override
    public void leaving() {
      real.leaving();
    }

    @Override
    public boolean isDrained() {
      return real.isDrained();
    }
  }
}
