// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.store.Acl;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection. Its methods are what the client's packets do. Once closed it
 * ignores them, so that nothing of an old connection is carried out after the session has gone on
 * with another, or ended. Confined to the server's loop.
 */
final class ServerConnection {
  private final Server server;
  private final Network.Link link;
  private final ClientEnd client;
  private final Set<String> watched = new LinkedHashSet<>();
  private List<Identity> who = List.of();
  private @Nullable ServerSession session;
  private boolean open = true;

  ServerConnection(Server server, Network.Link link, ClientEnd client) {
    this.server = server;
    this.link = link;
    this.client = client;
  }

  /** The client introduces itself. */
  void hello(Hello hello) {
    List<Identity> proved = server.identify(hello.credentials());
    if (proved.size() < hello.credentials().size()) {
      open = false;
      link.toClient(client::authFailed);
      return;
    }
    ServerSession attached = server.attach(hello, this);
    if (attached == null) {
      open = false;
      link.toClient(client::expired);
      return;
    }
    who = proved;
    session = attached;
    hello.watches().forEach(this::watch);
    link.toClient(() -> client.connected(attached.id(), attached.timeout()));
  }

  /** The client asks for something. */
  <T> void request(Request<T> request) {
    if (touch()) {
      T answer = request.serve().apply(this);
      link.toClient(() -> client.reply(request, answer));
    }
  }

  /** The client lives. */
  void ping() {
    if (touch()) {
      link.toClient(client::pong);
    }
  }

  /** The client ends its session. */
  void end() {
    if (touch() && session != null) {
      server.end(session);
    }
  }

  private boolean touch() {
    if (!open || session == null) {
      return false;
    }
    session.heard(server.now());
    return true;
  }

  Commit commit(List<Op> ops) {
    return server.commit(ops, sessionId(), who);
  }

  Read read(String path) {
    return server.read(path, who);
  }

  Children children(String path) {
    return server.children(path, who);
  }

  boolean watch(String path) {
    watched.add(path);
    server.watches().add(path, this);
    return true;
  }

  /** Tells the client of a change, if it may read the znode. */
  void tell(Tree.Change change, long zxid) {
    Znode node = change.node();
    if (open && Identity.allowed(node.acl, Acl.READ, who)) {
      link.toClient(() -> client.changed(node.path, zxid));
    }
  }

  /** Ends the connection, and tells the client so. */
  void close() {
    if (open) {
      open = false;
      server.watches().remove(watched, this);
      link.toClient(client::closed);
    }
  }

  private long sessionId() {
    return session == null ? 0 : session.id();
  }
}
