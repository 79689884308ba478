package org.sandbox4j.remote;

import java.io.InputStream;
import java.io.PrintStream;

/** The streams of this JVM, as they are when they are asked for: {@code System.setOut} and its like may replace them. */
final class StandardStreams {
    private StandardStreams() {}

    static InputStream input() {
        return System.in;
    }

    static PrintStream output() {
        return System.out;
    }

    static PrintStream error() {
        return System.err;
    }
}
