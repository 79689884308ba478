/**
 * Prepares a staged root for a run, and undoes what need not stay. A staged tree is somebody else's: every step goes through
 * the handle of a directory and follows no link, so that nothing outside the root is made, changed or removed, whatever the
 * links in it say and however they change meanwhile. {@link org.sandbox4j.local.tree.RootTree} is where to start.
 */
@NullMarked
package org.sandbox4j.local.tree;

import org.jspecify.annotations.NullMarked;
