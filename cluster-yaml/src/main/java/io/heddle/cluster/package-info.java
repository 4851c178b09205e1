// SPDX-License-Identifier: Apache-2.0
/**
 * Clusters declared in YAML, with the keys that the field knows. Start reading at
 * {@link io.heddle.cluster.ClusterDeclaration}. Everything here is immutable, and only applying a
 * declaration does I/O, through the administrator's client. Depends on core and on the reading of
 * YAML; core knows nothing of either.
 */
@org.jspecify.annotations.NullMarked
package io.heddle.cluster;
