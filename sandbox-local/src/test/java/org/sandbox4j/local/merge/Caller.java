package org.sandbox4j.local.merge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who starts runs and merges: the superuser, or a user without privileges, which is our own when the tests have none. */
enum Caller {
    ROOT,
    USER;

    private static final int UNUSED_UID = 60_473;

    /** Skips the test where this caller cannot be had. */
    void require() throws IOException {
        assumeTrue(this == USER || testsRunAsRoot(), "Skipped: only the superuser can mount with trusted attributes.");
        assumeTrue(
                !isOther() || Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "Skipped: setpriv of util-linux is needed to become an ordinary user.");
    }

    List<String> command(List<String> command) throws IOException {
        List<String> all = new ArrayList<>();
        if (isOther()) {
            all.addAll(List.of("setpriv", "--reuid=" + UNUSED_UID, "--regid=" + UNUSED_UID, "--clear-groups"));
            all.add("--inh-caps=-all");
        }
        all.addAll(command);
        return all;
    }

    int uid() throws IOException {
        return isOther() ? UNUSED_UID : (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    int gid() throws IOException {
        return isOther() ? UNUSED_UID : (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
    }

    /** Makes a directory that the caller owns. */
    Path directory(Path directory) throws IOException {
        Files.createDirectory(directory);
        if (isOther()) {
            Files.setAttribute(directory, "unix:uid", UNUSED_UID, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(directory, "unix:gid", UNUSED_UID, LinkOption.NOFOLLOW_LINKS);
        }
        return directory;
    }

    static boolean testsRunAsRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private boolean isOther() throws IOException {
        return this == USER && testsRunAsRoot();
    }
}
