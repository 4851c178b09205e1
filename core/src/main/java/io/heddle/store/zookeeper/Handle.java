// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.MultiResponse;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZooKeeper's client, which also tells the transaction of a multi. Thread-safe, as the client is.
 *
 * <p>The client reads the transaction from the header of each reply and keeps it to itself. Here
 * the header is one of ours, so that the callback can look. The server fills it in right after it
 * has applied the multi, in the one thread that applies writes, so that it is the multi's own.
 */
final class Handle extends ZooKeeper {
  private static final Logger log = LoggerFactory.getLogger(Handle.class);

  /** Most znodes of one multi-read. */
  static final int READ_CHUNK = 64;

  /**
   * Most bytes of a reply: a multi-read of znodes as large as ZooKeeper's default allows at most (1
   * MiB; ours are at most 256 KiB). The client's own default breaks the connection above 1 MiB. The
   * server does not limit replies.
   */
  private static final int MAX_REPLY_BYTES = (READ_CHUNK + 8) * 1024 * 1024;

  /** Told the outcome of a multi, on the client's event thread. */
  @FunctionalInterface
  interface MultiReply {
    /**
     * The outcome.
     *
     * @param rc ZooKeeper's code: that of the first operation refused, or of the connection
     * @param zxid the transaction, if there was a reply
     * @param results one per operation, or null if there was no reply
     */
    void answered(int rc, long zxid, @Nullable List<OpResult> results);
  }

  Handle(String connectString, Duration timeout, Watcher watcher) throws IOException {
    super(connectString, Math.toIntExact(timeout.toMillis()), watcher, config());
  }

  /** For this handle only; ZooKeeper takes the rest from JVM-wide properties, if any are set. */
  private static ZKClientConfig config() {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    config.setProperty(ZKClientConfig.DISABLE_AUTO_WATCH_RESET, "false");
    config.setProperty(ZKConfig.JUTE_MAXBUFFER, String.valueOf(MAX_REPLY_BYTES));
    return config;
  }

  /** Sends operations, all writing or all reading. */
  void multi(Iterable<Op> ops, MultiReply reply) {
    ReplyHeader header = new ReplyHeader();
    multi(ops, (rc, path, ctx, results) -> reply.answered(rc, header.getZxid(), results), header);
  }

  @Override
  protected void multiInternal(MultiOperationRecord request, MultiCallback callback, Object ctx) {
    RequestHeader header = new RequestHeader();
    header.setType(request.getOpKind() == Op.OpKind.READ ? OpCode.multiRead : OpCode.multi);
    cnxn.queuePacket(
        header, (ReplyHeader) ctx, request, new MultiResponse(), callback, null, null, ctx, null);
  }

  /** Waits for the server's answer, or until the connection is lost. */
  @Override
  public synchronized void close() {
    try {
      super.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while closing session 0x{}", Long.toHexString(getSessionId()));
    }
  }
}
