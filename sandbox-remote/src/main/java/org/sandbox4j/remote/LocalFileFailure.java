package org.sandbox4j.remote;

import java.io.IOException;

/** The server is not to blame: what it sent could not be written here. */
final class LocalFileFailure extends IOException {
    private static final long serialVersionUID = 1L;

    LocalFileFailure(IOException cause) {
        super(cause.toString(), cause);
    }
}
