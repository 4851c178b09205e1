// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One proof of who one is. Never shows its secret. Immutable. */
public final class Credential {
  private final String scheme;
  private final byte[] proof;

  /**
   * A proof.
   *
   * @param scheme ZooKeeper's name of the scheme, such as {@code digest}
   * @param proof what the scheme asks for, such as {@code user:password}; copied
   */
  public Credential(String scheme, byte[] proof) {
    this.scheme = scheme;
    this.proof = proof.clone();
  }

  /**
   * A user and a password, for ZooKeeper's digest scheme.
   *
   * @param user without a colon
   * @throws IllegalArgumentException if the user's name is empty or has a colon
   */
  public static Credential digest(String user, String password) {
    if (user.isEmpty() || user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "the user's name must not be empty and must have no colon: '" + user + "'");
    }
    return new Credential("digest", (user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** The scheme. */
  public String scheme() {
    return scheme;
  }

  /** A copy of the proof. */
  public byte[] proof() {
    return proof.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Credential other
        && scheme.equals(other.scheme)
        && Arrays.equals(proof, other.proof);
  }

  @Override
  public int hashCode() {
    return scheme.hashCode() * 31 + Arrays.hashCode(proof);
  }

  @Override
  public String toString() {
    return scheme + ":***";
  }
}
