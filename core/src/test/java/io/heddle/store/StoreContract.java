// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/**
 * What every store does. An implementation's test extends this class and makes its worlds; the
 * facts are in the interfaces, by subject.
 */
public abstract class StoreContract extends StoreSemantics
    implements ConnectionContract, SessionEndContract {}
