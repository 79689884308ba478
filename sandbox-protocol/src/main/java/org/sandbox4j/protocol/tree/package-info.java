/**
 * What clients and servers do with trees of files on their disks: tell what has changed in one
 * ({@link org.sandbox4j.protocol.tree.TreeSnapshot}), and take over what has changed elsewhere
 * ({@link org.sandbox4j.protocol.tree.DeletionList}, {@link org.sandbox4j.protocol.tree.Trees}).
 */
@NullMarked
package org.sandbox4j.protocol.tree;

import org.jspecify.annotations.NullMarked;
