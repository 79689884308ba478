package org.sandbox4j.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sandbox4j.protocol.ShellCommand;

/** The program that runs commands on a plain server, as a line for its shell. */
final class PlainScript {
    private static final String SCRIPT = load();

    private PlainScript() {}

    /**
     * Makes the line.
     *
     * @param control the directory of the environment with what is not the tree's
     * @param request what to run
     * @return the line, or nothing if it would be too long
     */
    static Optional<String> with(String control, String request) {
        String line = without(control) + " '" + request + "'";
        return line.length() <= ShellCommand.MAX_LINE_BYTES ? Optional.of(line) : Optional.empty();
    }

    /** Makes the line for a request that is a file in the directory. */
    static String without(String control) {
        return "exec perl -e '" + SCRIPT + "' " + control;
    }

    private static String load() {
        try (InputStream script = PlainScript.class.getResourceAsStream("plain-run.pl")) {
            if (script == null) {
                throw new IllegalStateException("plain-run.pl is missing in the jar.");
            }
            return new String(script.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
