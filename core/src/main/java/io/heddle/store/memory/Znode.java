// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Acl;
import io.heddle.store.Stat;
import java.util.TreeSet;

/** One znode. Confined to the server's loop. */
final class Znode {
  final String path;
  final long czxid;
  final long ephemeralOwner;
  final ImmutableList<Acl> acl;

  /** Names of the children. */
  final TreeSet<String> children = new TreeSet<>();

  byte[] data;
  long mzxid;
  int version;

  Znode(String path, byte[] data, long zxid, long ephemeralOwner, ImmutableList<Acl> acl) {
    this.path = path;
    this.data = data;
    this.czxid = zxid;
    this.mzxid = zxid;
    this.ephemeralOwner = ephemeralOwner;
    this.acl = acl;
  }

  Stat stat() {
    return new Stat(czxid, mzxid, version, ephemeralOwner);
  }
}
