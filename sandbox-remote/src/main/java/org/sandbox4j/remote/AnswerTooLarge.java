package org.sandbox4j.remote;

import java.io.IOException;

/** More came than was to be taken in. */
final class AnswerTooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerTooLarge(long limit) {
        super("the answer has more than " + limit + " bytes");
    }

    /** There was no memory for more of it. */
    AnswerTooLarge(long taken, OutOfMemoryError cause) {
        super("the memory of this JVM has no room for more than " + taken + " bytes of the answer", cause);
    }
}
