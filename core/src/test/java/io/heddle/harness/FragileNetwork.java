// SPDX-License-Identifier: Apache-2.0
package io.heddle.harness;

import io.heddle.runtime.Loop;
import io.heddle.store.memory.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One client's way to the in-memory store, which can be cut. Thread-safe. */
public final class FragileNetwork implements Network {
  private final List<FragileLink> links = new ArrayList<>();
  private boolean cut;
  private int replyToLose;
  private Duration lag = Duration.ZERO;

  @Override
  public synchronized Link open(Loop client, Loop server, Runnable broken) {
    FragileLink link = new FragileLink(client, server, broken);
    links.add(link);
    if (cut) {
      link.breakDown();
    }
    return link;
  }

  /** Cuts all connections, and each new one. */
  public synchronized void cut() {
    cut = true;
    links.forEach(FragileLink::breakDown);
  }

  /** Lets new connections come about again. */
  public synchronized void heal() {
    cut = false;
  }

  /** Has each packet from the server take so long from now on. */
  public synchronized void slow(Duration lag) {
    this.lag = lag;
  }

  private synchronized Duration lag() {
    return lag;
  }

  /** Breaks the connection in place of the next packet from the server. */
  public synchronized void loseNextReply() {
    loseReply(1);
  }

  /** Breaks the connection in place of the given packet from the server, counted from 1. */
  public synchronized void loseReply(int number) {
    replyToLose = number;
  }

  private synchronized boolean loses() {
    if (replyToLose == 0) {
      return false;
    }
    replyToLose--;
    return replyToLose == 0;
  }

  private final class FragileLink implements Link {
    private final Loop client;
    private final Loop server;
    private final Runnable broken;
    private volatile boolean down;

    FragileLink(Loop client, Loop server, Runnable broken) {
      this.client = client;
      this.server = server;
      this.broken = broken;
    }

    void breakDown() {
      if (!down) {
        down = true;
        client.execute(broken);
      }
    }

    @Override
    public void toServer(Runnable packet) {
      server.execute(() -> {
        if (!down) {
          packet.run();
        }
      });
    }

    @Override
    public void toClient(Runnable packet) {
      if (down) {
        return;
      }
      if (loses()) {
        breakDown();
        return;
      }
      Runnable arrival = () -> {
        if (!down) {
          packet.run();
        }
      };
      if (lag().isZero()) {
        client.execute(arrival);
      } else {
        Loop.Timer unused = client.schedule(lag(), arrival);
      }
    }

    @Override
    public void close() {
      // The client ignores what still comes.
    }
  }
}
