// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.SessionEvent.AUTH_FAILED;
import static io.heddle.store.SessionEvent.CONNECTED;
import static io.heddle.store.StoreFacts.check;
import static io.heddle.store.StoreFacts.delete;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.store.Commit.Why;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access rules, with ZooKeeper's digest scheme. */
interface AccessContract extends StoreFacts {
  /** The id of alice:secret, as ZooKeeper computes it: base64 of the SHA-1 of the proof. */
  String ALICE = "alice:aYXlLOpEooaV1cRAvUL1fp9Qt7E=";

  private static SessionOptions as(String scheme, String proof) {
    return new SessionOptions(
        Duration.ofSeconds(10), List.of(new Credential(scheme, StoreFacts.bytes(proof))));
  }

  @Test
  default void deniesAndRefusesWithoutPermission() {
    TestSession alice = rig().open(as("digest", "alice:secret"));
    TestSession nobody = open();
    alice.apply(persistent("/a", "x", new Acl("digest", ALICE, Acl.ALL)));
    alice.apply(persistent("/a/b"), persistent("/open"));

    assertThat(nobody.read("/a")).isEqualTo(new Read.Denied("/a"));
    assertThat(nobody.children("/a")).isEqualTo(new Children.Denied());
    assertThat(nobody.readAll(List.of("/open", "/a", "/none")))
        .extracting(Object::getClass)
        .isEqualTo(List.of(Read.Found.class, Read.Denied.class, Read.Absent.class));
    for (Op op : List.of(set("/a", ""), persistent("/a/c"), delete("/a/b"), check("/a"))) {
      assertThat(nobody.commit(set("/open", "lost"), op))
          .isEqualTo(new Commit.Refused(1, op.path(), Why.NO_AUTH));
    }
    assertThat(alice.text("/a")).isEqualTo("x");
    assertThat(nobody.text("/open")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"no-such-scheme, x", "world, somebody", "digest, withoutColon", "auth, ''"})
  default void refusesAnAccessListThatNamesNobody(String scheme, String id) {
    TestSession nobody = open();
    nobody.apply(persistent("/a", "kept"));

    Commit answer =
        nobody.commit(set("/a", "lost"), persistent("/b", "x", new Acl(scheme, id, Acl.ALL)));

    assertThat(answer).isEqualTo(new Commit.Refused(1, "/b", Why.INVALID));
    assertThat(nobody.text("/a")).isEqualTo("kept");
  }

  @Test
  default void grantsWhatTheAclGrants() {
    TestSession alice = rig().open(as("digest", "alice:secret"));
    TestSession nobody = open();
    alice.apply(persistent(
        "/a", "x", new Acl("digest", ALICE, Acl.ALL), new Acl("world", "anyone", Acl.READ)));

    assertThat(nobody.text("/a")).isEqualTo("x");
    nobody.apply(check("/a", 0));
    assertThat(nobody.commit(set("/a", "y"))).isEqualTo(new Commit.Refused(0, "/a", Why.NO_AUTH));
    alice.apply(set("/a", "y"));
    assertThat(nobody.text("/a")).isEqualTo("y");
  }

  @Test
  default void keepsItsCredentialsAcrossADisconnection() {
    TestSession alice = rig().open(as("digest", "alice:secret"));
    alice.apply(persistent("/a", "x", new Acl("digest", ALICE, Acl.ALL)));

    alice.client().cut();
    alice.awaitEvents(CONNECTED, SessionEvent.DISCONNECTED);
    alice.client().heal();
    alice.awaitEvents(CONNECTED, SessionEvent.DISCONNECTED, CONNECTED);

    assertThat(alice.text("/a")).isEqualTo("x");
  }

  @Test
  default void endsWhenTheServerDoesNotAcceptTheCredentials() {
    TestSession session = rig().open(rig().world().newClient(), as("no-such-scheme", "x"));

    session.awaitEvent(AUTH_FAILED);

    assertThat(session.events()).isIn(List.of(AUTH_FAILED), List.of(CONNECTED, AUTH_FAILED));
    assertThat(session.commit(persistent("/a"))).isEqualTo(new Commit.Unknown());
    assertThat(session.read("/")).isEqualTo(new Read.Unavailable("/"));
    assertThat(open().read("/a")).isEqualTo(new Read.Absent("/a"));
  }
}
