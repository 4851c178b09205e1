/**
 * What lies where in ZooKeeper, how it is written down, and a cache of it that follows.
 *
 * <p>Start reading at {@link io.heddle.schema.ClusterPaths} for the layout,
 * {@link io.heddle.schema.BucketCodecs} for the documents, and {@link io.heddle.schema.TreeCache}
 * for how they are followed. JSON and paths are known only here and in the packages of extensions
 * that have documents of their own. Depends on {@code store}, {@code runtime} and {@code model}.
 */
@NullMarked
package io.heddle.schema;

import org.jspecify.annotations.NullMarked;
