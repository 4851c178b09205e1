// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which connection watches which paths, each with all below it. Confined to the server's loop. */
final class Watches {
  private final Map<String, Set<ServerConnection>> byPath = new HashMap<>();

  void add(String path, ServerConnection connection) {
    byPath.computeIfAbsent(path, p -> new LinkedHashSet<>()).add(connection);
  }

  /** Forgets a connection, which watched {@code paths}. */
  void remove(Set<String> paths, ServerConnection connection) {
    for (String path : paths) {
      Set<ServerConnection> watching = byPath.get(path);
      if (watching != null) {
        watching.remove(connection);
        if (watching.isEmpty()) {
          byPath.remove(path);
        }
      }
    }
  }

  /** The connections that watch a path; each once, as in ZooKeeper. */
  Set<ServerConnection> watching(String path) {
    if (byPath.isEmpty()) {
      return Set.of();
    }
    Set<ServerConnection> found = byPath.getOrDefault(path, Set.of());
    boolean copied = false;
    String above = path;
    while (above.length() > 1) {
      above = Tree.parentOf(above);
      Set<ServerConnection> more = byPath.getOrDefault(above, Set.of());
      if (found.isEmpty()) {
        found = more;
      } else if (!more.isEmpty()) {
        found = copied ? found : new LinkedHashSet<>(found);
        copied = true;
        found.addAll(more);
      }
    }
    return found;
  }
}
