/**
 * Directories and files that belong to the library: made for this user alone, recognised when they are found again, and removed
 * without following a link.
 *
 * <p>Backends start with {@link org.sandbox4j.spi.files.SandboxDirectories}, everything else with
 * {@link org.sandbox4j.spi.files.OwnedDirectory}. What is deleted with all that is in it is deleted by
 * {@link org.sandbox4j.spi.files.TreeRemoval}.
 */
@NullMarked
package org.sandbox4j.spi.files;

import org.jspecify.annotations.NullMarked;
