package org.sandbox4j.local.host;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxSetupException;

/** Recognises errors of the host whose remedy has nothing to do with what was being done. */
public final class HostErrors {
    /** Five pipes, and some for the program that the JDK starts first. */
    private static final int DESCRIPTORS_OF_A_PROCESS = 14;

    private HostErrors() {}

    /**
     * Makes an exception of an error.
     *
     * @param what what could not be done, for the message
     * @param cause the error
     * @param otherwise why it may have happened and what to do, if it is none of the known ones
     */
    public static SandboxSetupException explain(String what, Throwable cause, String otherwise) {
        if (isLackOfDescriptors(cause)) {
            return new SandboxSetupException("no-descriptors", what + ": " + lackOfDescriptors(), cause);
        }
        if (cause instanceof AtomicMoveNotSupportedException) {
            return new SandboxSetupException(
                    what + ": the root and the scratch directory beside it are on different file systems. "
                            + "Mount the whole sandbox directory instead of the root in it.",
                    cause);
        }
        return new SandboxSetupException(what + ": " + otherwise, cause);
    }

    /** Tells whether the JVM, or the host, ran out of descriptors. */
    public static boolean isLackOfDescriptors(@Nullable Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            String text = String.valueOf(one.getMessage()).toLowerCase(Locale.ROOT);
            if (text.contains("too many open files")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes sure that there are descriptors for starting a process with {@link ProcessBuilder}. JDK 17 closes arbitrary
     * descriptors of this JVM when it cannot make the pipes for one.
     *
     * @throws IOException if there are too few
     */
    public static void requireDescriptors() throws IOException {
        List<Closeable> held = new ArrayList<>();
        try {
            for (int i = 0; i < DESCRIPTORS_OF_A_PROCESS; i++) {
                held.add(new FileInputStream("/dev/null"));
            }
        } catch (FileNotFoundException e) {
            throw new IOException("Too many open files", e);
        } finally {
            for (Closeable one : held) {
                one.close();
            }
        }
    }

    /** Returns the reason and the remedy. */
    public static String lackOfDescriptors() {
        return "this JVM has no descriptors left. Raise its limit (ulimit -n), or run fewer sandboxes at once.";
    }
}
