// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.store.memory.CommittedTxn;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the store did, and what clients were told that it did. Confined to the simulation. */
final class RegisterHistory {
  private final Map<String, Long> committed = new HashMap<>();
  private final Map<String, Long> told = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Map<String, Long> lastChanges = new HashMap<>();
  private long lastZxid;

  /** A name for a write; it tells the change that it replaces. */
  static String token(String writer, int number, long replaced) {
    return writer + "#" + number + "@" + replaced;
  }

  void onCommit(CommittedTxn txn) {
    assertThat(txn.zxid()).isGreaterThan(lastZxid);
    lastZxid = txn.zxid();
    for (CommittedTxn.Change change : txn.changes()) {
      if (change.kind() == CommittedTxn.Kind.SET) {
        String token = new String(change.data(), StandardCharsets.UTF_8);
        assertThat(committed.put(token, txn.zxid()))
            .as("%s committed before", token)
            .isNull();
        assertThat(refused).as("told refused").doesNotContain(token);
        assertThat(token).endsWith("@" + lastChanges.get(change.path()));
      }
      lastChanges.put(change.path(), txn.zxid());
    }
  }

  void wasTold(String token, long zxid) {
    told.put(token, zxid);
    assertThat(committed).containsEntry(token, zxid);
  }

  void wasToldRefused(String token) {
    refused.add(token);
    assertThat(committed).doesNotContainKey(token);
  }

  int committed() {
    return committed.size();
  }

  int resolved() {
    return told.size() + refused.size();
  }
}
