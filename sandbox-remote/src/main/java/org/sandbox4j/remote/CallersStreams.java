package org.sandbox4j.remote;

import java.io.InputStream;
import java.io.OutputStream;

/** What {@link org.sandbox4j.Stdio#inherit()} stands for, as it is set now. */
final class CallersStreams {
    private CallersStreams() {}

    static InputStream input() {
        return System.in;
    }

    static OutputStream output() {
        return System.out;
    }

    static OutputStream errors() {
        return System.err;
    }

    /** Tells whether both outputs lead to one stream. */
    static boolean areOne() {
        return System.out == System.err;
    }
}
