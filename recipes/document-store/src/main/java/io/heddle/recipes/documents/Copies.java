// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.IOException;

/** A partition's whole content on its way to another replica. */
final class Copies {
  private Copies() {}

  /** Sends everything. Nobody writes meanwhile. */
  static void send(Wire wire, PartitionStorage storage) throws IOException {
    wire.write(new Message.Copy(storage.size()));
    storage.forEach(document -> wire.write(new Message.Part(document)));
    wire.flush();
  }

  /**
   * Puts what is sent in place of what is there.
   *
   * @param token the MASTER's
   * @param head the first message, which says how much follows
   */
  static void receive(Wire wire, PartitionStorage storage, long token, Message head)
      throws IOException {
    if (!(head instanceof Message.Copy copy)) {
      throw new IOException("a copy must come, not " + head);
    }
    try (PartitionStorage.Rewrite rewrite = storage.rewrite(token)) {
      for (int i = 0; i < copy.documents(); i++) {
        Message message = wire.receive();
        if (!(message instanceof Message.Part part)) {
          throw new IOException("document " + i + " of the copy must come, not " + message);
        }
        rewrite.accept(part.document());
      }
      rewrite.finish();
    }
  }
}
