package org.sandbox4j.bwrap;

import java.util.Arrays;
import java.util.List;

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

    private static final String PERMS =
            "--perms OCTAL                Set permissions of next argument (--bind-data, --file, etc.)";
    private static final String SIZE = "--size BYTES                 Set size of next argument (only for --tmpfs)";
    private static final String DISABLE_USERNS =
            "--disable-userns             Disable further use of user namespaces inside sandbox";
    private static final String OVERLAY = "--overlay-src SRC            Read files from SRC in the following overlay";

    private HelpTexts() {}

    static String version04() {
        return text(OF_0_4);
    }

    static String version05() {
        return text(OF_0_4, PERMS);
    }

    static String version08() {
        return text(OF_0_4, PERMS, SIZE, DISABLE_USERNS);
    }

    static String version11() {
        return text(OF_0_4, PERMS, SIZE, DISABLE_USERNS, OVERLAY);
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
