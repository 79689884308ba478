package org.sandbox4j.bwrap;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one bubblewrap can do, read from its help text: versions of distributions carry options from later ones.
 *
 * @param version what {@code bwrap --version} says
 * @param options the options that {@code bwrap --help} lists
 */
record BwrapFeatures(String version, Set<String> options) {
    /** The oldest version that is known to have all of {@link #REQUIRED}, and to be in use. */
    static final String OLDEST_SUPPORTED = "0.4.0";

    private static final Pattern OPTION = Pattern.compile("^\\s+(--[a-z0-9-]+)", Pattern.MULTILINE);
    private static final Pattern VERSION = Pattern.compile("(\\d+(?:\\.\\d+)+)");

    /** The options without which there is no sandbox worth the name. */
    static final List<String> REQUIRED = List.of(
            "--args",
            "--as-pid-1",
            "--bind",
            "--cap-drop",
            "--dev-bind",
            "--dir",
            "--gid",
            "--hostname",
            "--new-session",
            "--proc",
            "--remount-ro",
            "--ro-bind",
            "--seccomp",
            "--symlink",
            "--tmpfs",
            "--uid",
            "--unshare-cgroup-try",
            "--unshare-ipc",
            "--unshare-net",
            "--unshare-pid",
            "--unshare-user",
            "--unshare-uts");

    static BwrapFeatures parse(String versionText, String helpText) {
        Matcher version = VERSION.matcher(versionText);
        Set<String> options = new HashSet<>();
        Matcher option = OPTION.matcher(helpText);
        while (option.find()) {
            options.add(option.group(1));
        }
        return new BwrapFeatures(version.find() ? version.group(1) : "unknown", Set.copyOf(options));
    }

    List<String> missing() {
        return REQUIRED.stream().filter(option -> !options.contains(option)).toList();
    }

    /** Since 0.5.0; without it the init program sets the modes. */
    boolean setsModes() {
        return options.contains("--perms");
    }

    /** Since 0.7.0; without it file systems in memory have the kernel's default size. */
    boolean sizesFileSystems() {
        return options.contains("--size");
    }

    /** Since 0.8.0; without it commands can make user namespaces, which opens more of the kernel to them. */
    boolean disablesUserNamespaces() {
        return options.contains("--disable-userns");
    }
}
