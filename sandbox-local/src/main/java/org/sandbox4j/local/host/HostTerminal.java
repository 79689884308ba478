package org.sandbox4j.local.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells about the caller's terminal. */
public final class HostTerminal {
    private HostTerminal() {}

    /** Tells whether the JVM's standard input is a terminal. */
    public static boolean isStandardInput() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }
}
