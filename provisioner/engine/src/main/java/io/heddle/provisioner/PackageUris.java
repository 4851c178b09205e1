// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import io.heddle.model.Names;
import java.net.URI;
import java.net.URISyntaxException;

/** The rule that every place of a package obeys. */
final class PackageUris {
  private static final ImmutableSet<String> SCHEMES =
      ImmutableSet.of("file", "hdfs", "https", "http");

  private PackageUris() {}

  /**
   * Checks a URI.
   *
   * @return {@code text}
   * @throws IllegalArgumentException if it is none, has another scheme, or climbs with {@code ..}
   */
  static String check(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refuse(text);
    }
    String scheme = uri.getScheme() == null ? "" : Ascii.toLowerCase(uri.getScheme());
    String path = uri.getPath() == null ? "" : uri.getPath();
    if (!SCHEMES.contains(scheme)
        || !path.startsWith("/")
        || Splitter.on('/').splitToList(path).contains("..")) {
      throw refuse(text);
    }
    return text;
  }

  private static IllegalArgumentException refuse(String text) {
    return new IllegalArgumentException("package '" + Names.printable(text)
        + "' must be a URI with an absolute path without '..' and one of the schemes "
        + String.join(", ", SCHEMES));
  }
}
