// SPDX-License-Identifier: Apache-2.0
/**
 * Reads YAML documents that people write: typed, bounded, and with errors that name the place.
 *
 * <p>Start reading at {@link io.heddle.yaml.YamlDocument}, which gives the document's root as a
 * {@link io.heddle.yaml.YamlMap}. A scalar has no type of its own: the field that asks for it says
 * how it is read, so that {@code NO} is a text where a text is asked for. No tags, anchors,
 * aliases, merge keys, duplicate keys or directives; size and depth are bounded.
 *
 * <p>A document is read by one thread. Depends on nothing else in Heddle.
 */
@NullMarked
package io.heddle.yaml;

import org.jspecify.annotations.NullMarked;
