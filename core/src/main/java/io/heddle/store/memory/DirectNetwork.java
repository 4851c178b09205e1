// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;

/** A network without delays and faults: each packet goes straight to its loop. Immutable. */
final class DirectNetwork implements Network {
  @Override
  public Link open(Loop client, Loop server, Runnable broken) {
    return new DirectLink(client, server);
  }

  private record DirectLink(Loop client, Loop server) implements Link {
    @Override
    public void toServer(Runnable packet) {
      server.execute(packet);
    }

    @Override
    public void toClient(Runnable packet) {
      client.execute(packet);
    }

    @Override
    public void close() {
      // A closed client ignores what still comes.
    }
  }
}
