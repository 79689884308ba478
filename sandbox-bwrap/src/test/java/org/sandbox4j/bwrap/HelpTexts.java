package org.sandbox4j.bwrap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Help texts in the shape of bubblewrap's, by what the versions brought. */
final class HelpTexts {
    private static final List<String> OF_0_4 = List.of(
            "--help                       Print this help",
            "--version                    Print version",
            "--args FD                    Parse NUL-separated args from FD",
            "--unshare-all                Unshare every namespace we support by default",
            "--unshare-user               Create new user namespace (may be automatically implied if not setuid)",
            "--unshare-user-try           Create new user namespace if possible else continue by skipping it",
            "--unshare-ipc                Create new ipc namespace",
            "--unshare-pid                Create new pid namespace",
            "--unshare-net                Create new network namespace",
            "--unshare-uts                Create new uts namespace",
            "--unshare-cgroup-try         Create new cgroup namespace if possible else continue by skipping it",
            "--uid UID                    Custom uid in the sandbox (requires --unshare-user or --userns)",
            "--gid GID                    Custom gid in the sandbox (requires --unshare-user or --userns)",
            "--hostname NAME              Custom hostname in the sandbox (requires --unshare-uts)",
            "--setenv VAR VALUE           Set an environment variable",
            "--bind SRC DEST              Bind mount the host path SRC on DEST",
            "--dev-bind SRC DEST          Bind mount the host path SRC on DEST, allowing device access",
            "--ro-bind SRC DEST           Bind mount the host path SRC readonly on DEST",
            "--remount-ro DEST            Remount DEST as readonly; does not recursively remount",
            "--proc DEST                  Mount new procfs on DEST",
            "--tmpfs DEST                 Mount new tmpfs on DEST",
            "--dir DEST                   Create dir at DEST",
            "--symlink SRC DEST           Create symlink at DEST with target SRC",
            "--seccomp FD                 Load and use seccomp rules from FD",
            "--new-session                Create a new terminal session",
            "--die-with-parent            Kills with SIGKILL child process (COMMAND) when bwrap or bwrap's parent dies.",
            "--as-pid-1                   Do not install a reaper process with PID=1",
            "--cap-add CAP                Add cap CAP when running as privileged user",
            "--cap-drop CAP               Drop cap CAP when running as privileged user");

    private static final String DISABLE_USERNS =
            "--disable-userns             Disable further use of user namespaces inside sandbox";

    /** What each later version brought. */
    private static final Map<String, List<String>> SINCE = since();

    private HelpTexts() {}

    private static Map<String, List<String>> since() {
        Map<String, List<String>> since = new LinkedHashMap<>();
        since.put("0.4.0", OF_0_4);
        since.put(
                "0.5.0",
                List.of(
                        "--clearenv                   Unset all environment variables",
                        "--perms OCTAL                Set permissions of next argument (--bind-data, --file, etc.)",
                        "--chmod OCTAL PATH           Change permissions of PATH (must already exist)"));
        since.put("0.6.0", List.of("--add-seccomp-fd FD          Load and use seccomp rules from FD (repeatable)"));
        since.put("0.7.0", List.of("--size BYTES                 Set size of next argument (only for --tmpfs)"));
        since.put(
                "0.8.0",
                List.of(
                        DISABLE_USERNS,
                        "--assert-userns-disabled     Fail unless further use of user namespace inside sandbox is disabled"));
        since.put(
                "0.9.0",
                List.of("--argv0 VALUE                Set argv[0] to the value VALUE before running the program"));
        since.put(
                "0.10.0",
                List.of(
                        "--bind-fd FD DEST            Bind open directory or path fd on DEST",
                        "--ro-bind-fd FD DEST         Bind open directory or path fd read-only on DEST"));
        since.put(
                "0.11.0",
                List.of(
                        "--overlay-src SRC            Read files from SRC in the following overlay",
                        "--overlay RWSRC WORKDIR DEST Mount overlayfs on DEST, with RWSRC as the host path for writes and",
                        "--tmp-overlay DEST           Mount overlayfs on DEST, with writes going to an invisible tmpfs",
                        "--ro-overlay DEST            Mount overlayfs read-only on DEST",
                        "--level-prefix               Prepend e.g. <3> to diagnostic messages"));
        since.put("0.12.0", List.of("--not-a-security-boundary    Do not fail where a step of the setup does"));
        return since;
    }

    static List<String> versions() {
        return List.copyOf(SINCE.keySet());
    }

    /** The help of one of {@link #versions()}. */
    static String version(String version) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, List<String>> brought : SINCE.entrySet()) {
            lines.addAll(brought.getValue());
            if (brought.getKey().equals(version)) {
                return text(lines);
            }
        }
        throw new AssertionError(version);
    }

    static String withDisableUsernsAlone() {
        return text(OF_0_4, DISABLE_USERNS);
    }

    static String without(String option) {
        return text(
                OF_0_4.stream().filter(line -> !line.startsWith(option + " ")).toList());
    }

    private static String text(List<String> lines, String... more) {
        StringBuilder text = new StringBuilder("usage: bwrap [OPTIONS...] [--] COMMAND [ARGS...]\n\n");
        lines.forEach(line -> text.append("    ").append(line).append('\n'));
        Arrays.stream(more).forEach(line -> text.append("    ").append(line).append('\n'));
        return text.toString();
    }
}
