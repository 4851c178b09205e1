// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import java.io.File;
import java.io.IOException;
import org.apache.zookeeper.server.FinalRequestProcessor;
import org.apache.zookeeper.server.PrepRequestProcessor;
import org.apache.zookeeper.server.SyncRequestProcessor;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZooKeeper's standalone server as a guest in somebody's process: it counts operations, keeps out
 * of JMX, and never ends the JVM.
 */
final class CountingServer extends ZooKeeperServer {
  private static final Logger log = LoggerFactory.getLogger(CountingServer.class);

  private final OperationCounter.Tally tally;

  CountingServer(
      FileTxnSnapLog files,
      int tickMillis,
      int minSessionMillis,
      int maxSessionMillis,
      OperationCounter.Tally tally) {
    super(
        files,
        tickMillis,
        minSessionMillis,
        maxSessionMillis,
        -1,
        new ZKDatabase(files),
        "",
        false);
    this.tally = tally;
  }

  /** As ZooKeeper's own, with the counter before the last one. */
  @Override
  protected void setupRequestProcessors() {
    OperationCounter counter = new OperationCounter(this, tally, new FinalRequestProcessor(this));
    SyncRequestProcessor sync = new SyncRequestProcessor(this, counter);
    sync.start();
    PrepRequestProcessor prep = new PrepRequestProcessor(this, sync);
    firstProcessor = prep;
    prep.start();
  }

  /** Nothing: several servers would fight for one name. */
  @Override
  protected void registerJMX() {}

  @Override
  protected void unregisterJMX() {}

  /** Never severe, for ZooKeeper ends the JVM then; the transaction log still has everything. */
  @Override
  public File takeSnapshot(boolean syncSnap, boolean isSevere) throws IOException {
    return super.takeSnapshot(syncSnap, false);
  }

  @Override
  protected void setState(State state) {
    super.setState(state);
    if (state == State.ERROR) {
      log.error("The ZooKeeper server on port {} has failed and serves nobody", getClientPort());
    }
  }
}
