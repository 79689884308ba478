package org.sandbox4j.local.tree;

import java.util.Optional;

/**
 * Where a path inside the sandbox leads once its links are followed there.
 *
 * @param path the path without links
 * @param kind what is there
 * @param mount the mount that it is at or below, if any; what is there is then not looked at
 * @param identity which directory it is, for directories of the tree
 */
record Resolution(String path, Kind kind, Optional<String> mount, Optional<DirectoryIdentity> identity) {
    enum Kind {
        DIRECTORY,
        FILE,
        MISSING,
        MOUNTED
    }

    /** Returns the part below the mount, without a leading slash; empty for the mount itself. */
    String belowMount() {
        String base = mount.orElseThrow();
        return path.equals(base) ? "" : path.substring(base.length() + 1);
    }
}
