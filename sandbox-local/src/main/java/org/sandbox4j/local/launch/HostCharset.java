package org.sandbox4j.local.launch;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The charset in which the JVM turns paths into file names; bytes that meet such names must use the same. */
public final class HostCharset {
    private static final Charset PATHS = fromProperty();

    private HostCharset() {}

    /** Returns the charset of file names. */
    public static Charset forPaths() {
        return PATHS;
    }

    private static Charset fromProperty() {
        try {
            Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
            // In the C locale the JVM cannot name a file outside ASCII at all; UTF-8 agrees with it on the rest.
            return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
