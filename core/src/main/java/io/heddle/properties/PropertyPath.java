// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.heddle.model.Names;
import io.heddle.schema.ClusterPaths;
import java.util.Comparator;

/**
 * Where a property is. Immutable.
 *
 * @param area who may write it
 * @param parts the names from the root of the area down, 1 to {@link #MAX_DEPTH}
 */
public record PropertyPath(Area area, ImmutableList<String> parts)
    implements Comparable<PropertyPath> {
  /** Most names in a path. */
  public static final int MAX_DEPTH = 8;

  private static final Comparator<PropertyPath> ORDER =
      Comparator.comparing(PropertyPath::area).thenComparing(PropertyPath::name);

  /** Who may write. Everybody may read. */
  public enum Area {
    /** Administrators. */
    SETTINGS("properties"),
    /** Participants and administrators. */
    SHARED("shared");

    private final String section;

    Area(String section) {
      this.section = section;
    }
  }

  /** Checks names and depth. */
  public PropertyPath {
    if (parts.isEmpty() || parts.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a property's path has 1 to " + MAX_DEPTH + " names, not " + parts.size());
    }
    parts.forEach(part -> Names.check("property", part));
  }

  /**
   * A property that administrators write.
   *
   * @param path such as {@code limits/writes}
   */
  public static PropertyPath settings(String path) {
    return new PropertyPath(Area.SETTINGS, split(path));
  }

  /**
   * A property that participants write, too.
   *
   * @param path such as {@code compaction/last}
   */
  public static PropertyPath shared(String path) {
    return new PropertyPath(Area.SHARED, split(path));
  }

  private static ImmutableList<String> split(String path) {
    return ImmutableList.copyOf(Splitter.on('/').split(path));
  }

  /** The names, parted by slashes. */
  public String name() {
    return Joiner.on('/').join(parts);
  }

  /** The znodes from the first name down to this property's. */
  ImmutableList<String> znodes(ClusterPaths paths) {
    ImmutableList.Builder<String> all = ImmutableList.builder();
    for (int i = 1; i <= parts.size(); i++) {
      all.add(paths.in(area.section, parts.subList(0, i).toArray(new String[0])));
    }
    return all.build();
  }

  /** Its own znode. */
  String znode(ClusterPaths paths) {
    return paths.in(area.section, parts.toArray(new String[0]));
  }

  /** The path of a znode in the same area. */
  PropertyPath at(ClusterPaths paths, String znode) {
    ImmutableList<String> all = ImmutableList.copyOf(paths.parts(znode));
    return new PropertyPath(area, all.subList(1, all.size()));
  }

  @Override
  public int compareTo(PropertyPath other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return area.section + "/" + name();
  }
}
