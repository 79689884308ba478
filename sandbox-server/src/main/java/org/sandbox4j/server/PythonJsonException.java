package org.sandbox4j.server;

/** A text is not JSON; the message is the one of Python's reader. */
final class PythonJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    PythonJsonException(String message) {
        super(message);
    }
}
