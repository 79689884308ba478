package org.sandbox4j.remote;

import java.io.IOException;

/** What is downloaded would end wherever the connection is cut. */
final class UnknownLength extends IOException {
    private static final long serialVersionUID = 1L;

    UnknownLength() {
        super("the answer has neither a Content-Length nor chunks, so nobody could tell whether all of it has come");
    }
}
