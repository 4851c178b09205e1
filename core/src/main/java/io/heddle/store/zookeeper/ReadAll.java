// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;

/**
 * Many reads in few packets: multi-reads of up to {@value Handle#READ_CHUNK} znodes, of which up to
 * {@value #WINDOW} are under way. A multi-read costs the server a fifth of single reads. The window
 * bounds what the server holds for a client that is slower than it (8 MiB with znodes of 16 KiB),
 * and is wide enough to keep it busy. Confined to its session's loop.
 */
final class ReadAll implements Request {
  /** Most multi-reads under way. */
  private static final int WINDOW = 8;

  private final ZooKeeperSession session;
  private final List<String> paths;
  private final Consumer<List<Read>> answer;

  /** What was read, in order: chunks are answered in the order in which they are sent. */
  private final List<Read> reads;

  private int sent;
  private int underWay;

  ReadAll(ZooKeeperSession session, List<String> paths, Consumer<List<Read>> answer) {
    this.session = session;
    this.paths = paths;
    this.answer = answer;
    this.reads = new ArrayList<>(paths.size());
  }

  @Override
  public boolean send(Handle handle) {
    while (sent < paths.size() && underWay < WINDOW) {
      List<String> chunk = paths.subList(sent, Math.min(sent + Handle.READ_CHUNK, paths.size()));
      List<Op> ops = chunk.stream().map(Op::getData).toList();
      sent += chunk.size();
      underWay++;
      handle.multi(ops, (rc, zxid, results) -> {
        List<Read> part = convert(chunk, rc, results);
        session.onLoop(this, () -> take(part, results == null));
      });
    }
    return sent == paths.size();
  }

  private static List<Read> convert(List<String> chunk, int rc, @Nullable List<OpResult> results) {
    List<Read> part = new ArrayList<>(chunk.size());
    for (int i = 0; i < chunk.size(); i++) {
      String path = chunk.get(i);
      part.add(
          results == null
              ? Replies.read(path, rc, null, null)
              : Replies.read(path, results.get(i)));
    }
    return part;
  }

  private void take(List<Read> part, boolean connectionLost) {
    reads.addAll(part);
    underWay--;
    if (connectionLost) {
      // What was not sent yet would wait for a connection that the answer can't wait for.
      sent = paths.size();
    }
    if (sent == paths.size() && underWay == 0) {
      session.finish(this, this::giveUp);
    }
    session.pump();
  }

  /** What was not read is unavailable. */
  @Override
  public void giveUp() {
    ImmutableList.Builder<Read> all = ImmutableList.builderWithExpectedSize(paths.size());
    all.addAll(reads);
    paths.subList(reads.size(), paths.size()).forEach(path -> all.add(new Read.Unavailable(path)));
    answer.accept(all.build());
  }
}
