// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.runtime.Loop;
import io.heddle.store.Acl;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lane of one incarnation (rules R4, R12). Confined to its loop. */
final class Lane implements ReportLane {
  /** A znode that is refused this often in a row is left alone until the next {@link #kick}. */
  private static final int MAX_REFUSALS = 10;

  /** Versions above this are started again (R13). */
  private static final int MAX_VERSION = 1 << 30;

  /** The version of what is not there. */
  static final int ABSENT = -1;

  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final StoreSession session;
  private final Loop loop;
  private final Op.Check fence;
  private final String path;
  private final List<Acl> acl;
  private final Source source;
  private final Runnable onFenced;
  private int version;
  private int refusals;
  private boolean dirty;
  private boolean queued;
  private boolean busy;
  private boolean lost;
  private boolean recovering;
  private boolean closed;
  private byte @Nullable [] unknown;

  /**
   * A lane that has nothing to say yet.
   *
   * @param fence the check of the incarnation
   * @param acl its access list, should it have to be created
   * @param version the znode's version, or -1 if it is not there
   * @param onFenced run when the check is refused
   */
  Lane(
      StoreSession session,
      Loop loop,
      Op.Check fence,
      String path,
      List<Acl> acl,
      int version,
      Source source,
      Runnable onFenced) {
    this.session = session;
    this.loop = loop;
    this.fence = fence;
    this.path = path;
    this.acl = acl;
    this.version = version;
    this.source = source;
    this.onFenced = onFenced;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public void changed() {
    dirty = true;
    queue();
  }

  @Override
  public boolean isIdle() {
    return !dirty && !busy && !lost;
  }

  private void queue() {
    if (!queued && !busy && !lost && !closed) {
      queued = true;
      // Behind what is queued already: callbacks that have returned go into the same write.
      loop.execute(this::flush);
    }
  }

  private void flush() {
    queued = false;
    if (busy || lost || closed || !dirty) {
      return;
    }
    dirty = false;
    Optional<byte[]> rendered = source.render();
    if (rendered.isEmpty()) {
      return;
    }
    byte[] data = rendered.get();
    if (data.length > StoreSession.MAX_NODE_BYTES) {
      log.error(
          "{} would be {} bytes, above {}; it is not written",
          path,
          data.length,
          StoreSession.MAX_NODE_BYTES);
      return;
    }
    busy = true;
    session.commit(ops(data), answer -> answered(data, answer));
  }

  private List<Op> ops(byte[] data) {
    Op create = new Op.Create(path, data, Op.CreateMode.PERSISTENT, acl);
    if (version == ABSENT) {
      return List.of(fence, create);
    }
    if (version > MAX_VERSION) {
      return List.of(fence, new Op.Delete(path, version), create);
    }
    return List.of(fence, new Op.Set(path, data, version));
  }

  private void answered(byte[] data, Commit answer) {
    busy = false;
    if (closed) {
      return;
    }
    if (answer instanceof Commit.Applied applied) {
      written(applied.stats().get(applied.stats().size() - 1).version());
    } else if (answer instanceof Commit.Refused refused) {
      refused(refused);
    } else {
      unknown = data;
      lost = true;
      recover();
    }
  }

  private void written(int newVersion) {
    version = newVersion;
    refusals = 0;
    source.written();
    if (dirty) {
      queue();
    }
  }

  private void refused(Commit.Refused refused) {
    if (refused.index() == 0) {
      onFenced.run();
      return;
    }
    dirty = true;
    lost = true;
    refusals++;
    boolean lasting = refused.why() == Commit.Why.NO_AUTH || refused.why() == Commit.Why.INVALID;
    if (lasting || refusals >= MAX_REFUSALS) {
      refusals = 0;
      log.error("{} can't be written: {}; it is tried again later", path, refused.why());
      return;
    }
    recover();
  }

  /** To be called now and then, and after a reconnect: goes on with what got stuck. */
  void kick() {
    if (lost) {
      recover();
    }
  }

  private void recover() {
    if (recovering || closed) {
      return;
    }
    recovering = true;
    session.sync(ok -> {
      if (ok) {
        session.read(path, this::recovered);
      } else {
        recovering = false;
      }
    });
  }

  private void recovered(Read read) {
    recovering = false;
    if (closed || read instanceof Read.Unavailable || read instanceof Read.Denied) {
      return;
    }
    lost = false;
    byte @Nullable [] sent = unknown;
    unknown = null;
    if (read instanceof Read.Found found) {
      version = found.node().stat().version();
      if (sent != null && Arrays.equals(sent, found.node().data())) {
        written(version);
        return;
      }
    } else {
      version = ABSENT;
    }
    dirty = true;
    queue();
  }

  void close() {
    closed = true;
  }
}
