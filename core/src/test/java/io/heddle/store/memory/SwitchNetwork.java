// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One client's way to the server, which can be cut, in real time. Thread-safe. */
final class SwitchNetwork implements Network {
  private final List<SwitchLink> links = new CopyOnWriteArrayList<>();
  private volatile boolean cut;

  @Override
  public Link open(Loop client, Loop server, Runnable broken) {
    SwitchLink link = new SwitchLink(client, server, broken);
    links.add(link);
    if (cut) {
      link.cut();
    }
    return link;
  }

  void cut() {
    cut = true;
    links.forEach(SwitchLink::cut);
  }

  void loseReplies() {
    links.forEach(link -> link.deaf = true);
  }

  /** Cuts what is open, and lets new connections come about. */
  void reset() {
    links.forEach(SwitchLink::cut);
    cut = false;
  }

  void heal() {
    links.stream().filter(link -> link.deaf).forEach(SwitchLink::cut);
    cut = false;
  }

  private static final class SwitchLink implements Link {
    private final Loop client;
    private final Loop server;
    private final Runnable broken;
    private volatile boolean dead;
    private volatile boolean deaf;

    private SwitchLink(Loop client, Loop server, Runnable broken) {
      this.client = client;
      this.server = server;
      this.broken = broken;
    }

    private void cut() {
      if (!dead) {
        dead = true;
        client.execute(broken);
      }
    }

    @Override
    public void toServer(Runnable packet) {
      server.execute(() -> {
        if (!dead) {
          packet.run();
        }
      });
    }

    @Override
    public void toClient(Runnable packet) {
      if (!deaf) {
        client.execute(() -> {
          if (!dead) {
            packet.run();
          }
        });
      }
    }

    @Override
    public void close() {
      // What was sent still arrives; the client ignores what comes.
    }
  }
}
