package org.sandbox4j.chroot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.host.IsolationTool;
import org.sandbox4j.local.launch.Descriptors;

/**
 * An unshare(1) and the host that it works on.
 *
 * @param unshare its absolute path on the host
 * @param host what of the host's kernel the sandbox's own {@code /proc} depends on
 */
record Namespaces(Path unshare, HostFacts host) {
    IsolationTool tool() {
        return new IsolationTool("unshare", unshare);
    }

    String description() {
        return "namespaces by " + unshare;
    }

    /** Returns the command that makes new namespaces and becomes our program in them. */
    List<String> command(boolean network) {
        List<String> command = new ArrayList<>(List.of(
                unshare.toString(), "--user", "--map-root-user", "--mount", "--pid", "--ipc", "--uts", "--cgroup"));
        if (!network) {
            command.add("--net");
        }
        command.addAll(List.of("--", Descriptors.INIT_PATH, "enter"));
        return command;
    }
}
