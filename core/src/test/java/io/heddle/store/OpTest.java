// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OpTest {
  private static Op create(Acl... acls) {
    return new Op.Create("/a", new byte[10], Op.CreateMode.PERSISTENT, List.of(acls));
  }

  @Test
  void countsTheAccessListToo() {
    Acl first = new Acl("digest", "x".repeat(100), Acl.ALL);
    Acl second = new Acl("world", "anyone", Acl.READ);

    assertThat(create(first).size() - create().size()).isBetween(106, 130);
    assertThat(create(first, second).size() - create(first).size()).isBetween(11, 35);
  }
}
