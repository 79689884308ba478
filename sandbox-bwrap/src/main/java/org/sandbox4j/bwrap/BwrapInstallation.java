package org.sandbox4j.bwrap;

import java.nio.file.Path;
import java.util.List;
import org.sandbox4j.local.ToolIsolator;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.host.IsolationTool;
import org.sandbox4j.local.launch.Descriptors;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.local.plan.SandboxPlan;

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

    /** Says how bubblewrap is called. Options go through a descriptor: everybody on the host can read a command line. */
    ToolIsolator.Call call(SandboxPlan plan, boolean nestedNamespaces, boolean filtered) {
        BwrapCommandLine.Options options = BwrapCommandLine.of(plan, this, nestedNamespaces, filtered);
        List<String> command = List.of(
                program.toString(), "--args", Integer.toString(Descriptors.OPTIONS), "--", Descriptors.INIT_PATH);
        return new ToolIsolator.Call(command, new OptionList(options.options()), options.modes());
    }

    String description() {
        return "bubblewrap " + features.version() + " at " + program;
    }
}
