// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import java.io.IOException;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.RequestProcessor;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.txn.MultiTxn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what passes just before it is carried out: by then it is known which writes are refused,
 * and no client has its answer yet, so that a client's own requests are in the count by the time
 * they are answered. Confined to the server's sync thread.
 */
final class OperationCounter implements RequestProcessor {
  private static final Logger log = LoggerFactory.getLogger(OperationCounter.class);

  private static final OperationCounts ONE_READ = new OperationCounts(0, 1, 0);
  private static final OperationCounts ONE_WRITE = new OperationCounts(1, 0, 0);

  private final ZooKeeperServer server;
  private final Tally tally;
  private final RequestProcessor next;

  /** Where the counts go, from one thread at a time. */
  @FunctionalInterface
  interface Tally {
    void add(OperationCounts more);
  }

  OperationCounter(ZooKeeperServer server, Tally tally, RequestProcessor next) {
    this.server = server;
    this.tally = tally;
    this.next = next;
  }

  @Override
  public void processRequest(Request request) throws RequestProcessorException {
    OperationCounts more = count(request);
    if (!more.equals(OperationCounts.NONE)) {
      tally.add(more);
    }
    next.processRequest(request);
  }

  private OperationCounts count(Request request) {
    if (request.isThrottled()) {
      return OperationCounts.NONE;
    }
    if (request.getHdr() != null) {
      // The type of a refused request has become error here; only a multi keeps its own.
      return switch (request.getHdr().getType()) {
        case OpCode.create,
            OpCode.create2,
            OpCode.createTTL,
            OpCode.createContainer,
            OpCode.setData,
            OpCode.delete,
            OpCode.deleteContainer -> ONE_WRITE;
        case OpCode.multi -> new OperationCounts(writesOf((MultiTxn) request.getTxn()), 0, 1);
        case OpCode.closeSession -> new OperationCounts(ephemeralsOf(request), 0, 0);
        default -> OperationCounts.NONE;
      };
    }
    return switch (request.type) {
      case OpCode.getData, OpCode.exists, OpCode.getChildren, OpCode.getChildren2 -> ONE_READ;
      case OpCode.multiRead -> new OperationCounts(0, readsOf(request), 0);
      default -> OperationCounts.NONE;
    };
  }

  private static long writesOf(MultiTxn multi) {
    boolean refused = multi.getTxns().stream().anyMatch(txn -> txn.getType() == OpCode.error);
    return refused
        ? 0
        : multi.getTxns().stream().filter(txn -> txn.getType() != OpCode.check).count();
  }

  private int ephemeralsOf(Request request) {
    return server.getZKDatabase().getEphemerals(request.sessionId).size();
  }

  private static int readsOf(Request request) {
    try {
      return request.readRequestRecord(MultiOperationRecord::new).size();
    } catch (IOException e) {
      // The next processor fails in the same way, and answers the client with it.
      log.debug(
          "A multi-read of session 0x{} is malformed", Long.toHexString(request.sessionId), e);
      return 0;
    }
  }

  @Override
  public void shutdown() {
    next.shutdown();
  }
}
