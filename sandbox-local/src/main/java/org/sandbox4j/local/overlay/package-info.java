/**
 * Runs whose changes are diverted: what a command writes goes to a layer of its own, overlayfs, and is merged into the staged
 * tree in one step that a crash cannot halve, or thrown away. {@link org.sandbox4j.local.overlay.Overlays} is where to start.
 */
@NullMarked
package org.sandbox4j.local.overlay;

import org.jspecify.annotations.NullMarked;
