package org.sandbox4j.bwrap;

import java.nio.file.Path;

/**
 * A bubblewrap and the host that it works on.
 *
 * @param program its absolute path on the host
 * @param features what it can do
 * @param host what of the host's kernel its command line depends on
 */
record BwrapInstallation(Path program, BwrapFeatures features, HostFacts host) {
    String description() {
        return "bubblewrap " + features.version() + " at " + program;
    }
}
