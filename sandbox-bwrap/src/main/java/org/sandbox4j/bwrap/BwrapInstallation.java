package org.sandbox4j.bwrap;

import java.nio.file.Path;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.host.IsolationTool;

/**
 * A bubblewrap and the host that it works on.
 *
 * @param program its absolute path on the host
 * @param features what it can do
 * @param host what of the host's kernel its command line depends on
 */
record BwrapInstallation(Path program, BwrapFeatures features, HostFacts host) {
    static IsolationTool tool(Path program) {
        return new IsolationTool("bubblewrap", program);
    }

    IsolationTool tool() {
        return tool(program);
    }

    String description() {
        return "bubblewrap " + features.version() + " at " + program;
    }
}
