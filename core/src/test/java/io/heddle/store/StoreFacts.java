// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Op.CreateMode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the parts of the contract share. */
interface StoreFacts {
  /** This test's world and sessions. */
  StoreRig rig();

  /** A connected session of a client of its own. */
  default TestSession open() {
    return rig().open();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Op persistent(String path) {
    return persistent(path, "");
  }

  static Op persistent(String path, String data, Acl... acl) {
    return new Op.Create(path, bytes(data), CreateMode.PERSISTENT, List.of(acl));
  }

  static Op ephemeral(String path) {
    return new Op.Create(path, bytes(""), CreateMode.EPHEMERAL, ImmutableList.of());
  }

  static Op set(String path, String data) {
    return set(path, data, Op.ANY_VERSION);
  }

  static Op set(String path, String data, int version) {
    return new Op.Set(path, bytes(data), version);
  }

  static Op delete(String path) {
    return delete(path, Op.ANY_VERSION);
  }

  static Op delete(String path, int version) {
    return new Op.Delete(path, version);
  }

  static Op check(String path) {
    return check(path, Op.ANY_VERSION);
  }

  static Op check(String path, int version) {
    return new Op.Check(path, version);
  }
}
