// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/** One replica's right to the top state: as long as the term, unless it is taken back before. */
final class HeldLease implements Lease {
  private final long token;
  private final LeaseTerm term;
  private volatile boolean revoked;

  HeldLease(long token, LeaseTerm term) {
    this.token = token;
    this.term = term;
  }

  @Override
  public long token() {
    return token;
  }

  @Override
  public boolean isValid() {
    return !revoked && term.holds();
  }

  void revoke() {
    revoked = true;
  }
}
