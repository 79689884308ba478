package org.sandbox4j.local.run;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import org.sandbox4j.local.launch.HostTerminal;

/** Tells which of the JVM's streams lead to a terminal: one that somebody has replaced does not, whatever its descriptor is. */
public final class CallersStreams {
    private static final InputStream FIRST_INPUT = System.in;
    private static final PrintStream FIRST_OUTPUT = System.out;
    private static final PrintStream FIRST_ERROR = System.err;

    private CallersStreams() {}

    /** Remembers the streams as they are now; to be called early. */
    public static void remember() {
        // Loading the class does it.
    }

    /** Tells whether {@code System.in} leads to a terminal. Needs no native code. */
    public static boolean isInputTerminal() {
        return !isReplaced(System.in) && HostTerminal.isInput();
    }

    /** Tells whether {@code System.out} leads to a terminal. */
    static boolean isOutputTerminal() {
        return System.out == FIRST_OUTPUT && HostTerminal.isOutput();
    }

    /** Tells whether {@code System.err} leads to a terminal. */
    static boolean isErrorTerminal() {
        return System.err == FIRST_ERROR && HostTerminal.isError();
    }

    /** The JDK begins with a stream of this class. Whether another one is the first is not known if that was replaced early. */
    private static boolean isReplaced(InputStream input) {
        boolean firstIsKnown = FIRST_INPUT.getClass() == BufferedInputStream.class;
        return input.getClass() != BufferedInputStream.class || (firstIsKnown && input != FIRST_INPUT);
    }
}
