/**
 * Archives of trees, in the form that sandbox servers use: tar, compressed with gzip.
 *
 * <pre>{@code
 * try (OutputStream out = Files.newOutputStream(file)) {
 *     ArchiveWriter.create().write(tree, out);
 * }
 * try (InputStream in = Files.newInputStream(file)) {
 *     ArchiveExtractor.create().extract(in, parent.resolve("copy"));
 * }
 * }</pre>
 *
 * <p>{@link org.sandbox4j.protocol.archive.ArchiveExtractor} says what is refused. Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j.protocol.archive;

import org.jspecify.annotations.NullMarked;
