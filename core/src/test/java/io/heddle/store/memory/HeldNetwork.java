// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that holds packets back until the test lets them arrive; nobody learns of anything.
 * Confined to the test's thread.
 */
final class HeldNetwork implements Network {
  private final List<Runnable> heldToServer = new ArrayList<>();
  private boolean holdsToServer;
  private boolean holdsHello;
  private boolean losesToClient;

  /** Holds what is sent to the server from now on through links that are open by now. */
  void holdToServer() {
    holdsToServer = true;
  }

  /** Loses what is sent to clients from now on. */
  void loseToClient() {
    losesToClient = true;
  }

  /** New links hold and lose like the old ones. */
  void holdNewLinksToo() {
    holdsHello = true;
  }

  /** Lets all that is held arrive. */
  void release() {
    heldToServer.forEach(Runnable::run);
    heldToServer.clear();
  }

  @Override
  public Link open(Loop client, Loop server, Runnable broken) {
    boolean exempt = (holdsToServer || losesToClient) && !holdsHello;
    return new Link() {
      @Override
      public void toServer(Runnable packet) {
        if (holdsToServer && !exempt) {
          heldToServer.add(() -> server.execute(packet));
        } else {
          server.execute(packet);
        }
      }

      @Override
      public void toClient(Runnable packet) {
        if (!losesToClient || exempt) {
          client.execute(packet);
        }
      }

      @Override
      public void close() {
        // What is held may still arrive.
      }
    };
  }
}
