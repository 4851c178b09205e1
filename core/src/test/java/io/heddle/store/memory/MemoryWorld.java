// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.OnLoop;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import io.heddle.store.StoreWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The memory store in real time, with a way of its own for each client. */
final class MemoryWorld implements StoreWorld {
  private final MemoryStore server = new MemoryStore();
  private final Loop loop = new ThreadLoop("test-clients");
  private final List<SwitchNetwork> networks = new ArrayList<>();

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public Client newClient() {
    SwitchNetwork network = new SwitchNetwork();
    networks.add(network);
    return new MemoryClient(server.through(network), network);
  }

  @Override
  public void restart() {
    networks.forEach(SwitchNetwork::reset);
  }

  @Override
  public void run(Runnable task) {
    OnLoop.call(loop, () -> {
      task.run();
      return true;
    });
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    OnLoop.await(loop, what, condition);
  }

  @Override
  public void close() {
    loop.close();
    server.close();
  }

  private record MemoryClient(MemoryStore memory, SwitchNetwork network) implements Client {
    @Override
    public Store store() {
      return memory;
    }

    @Override
    public void cut() {
      network.cut();
    }

    @Override
    public void loseReplies() {
      network.loseReplies();
    }

    @Override
    public void heal() {
      network.heal();
    }

    @Override
    public void expire(StoreSession session) {
      memory.expire(session.id());
    }
  }
}
