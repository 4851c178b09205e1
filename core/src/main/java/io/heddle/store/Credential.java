// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

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
