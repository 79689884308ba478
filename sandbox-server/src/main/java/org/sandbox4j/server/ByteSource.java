package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that can be read, more than once. */
interface ByteSource {
    InputStream open() throws IOException;
}
