package org.sandbox4j.testkit;

import java.io.OutputStream;

/** Takes a pattern that repeats, keeps nothing, and knows whether all was right. */
final class PatternSink extends OutputStream {
    private final byte[] pattern;
    private long count;
    private long firstMistake = -1;

    PatternSink(byte[] pattern) {
        this.pattern = pattern;
    }

    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int position = (int) (count % pattern.length);
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] != pattern[position] && firstMistake < 0) {
                firstMistake = count + i - offset;
            }
            position = position + 1 == pattern.length ? 0 : position + 1;
        }
        count += length;
    }

    synchronized void assertComplete(long expected) {
        if (count != expected || firstMistake >= 0) {
            throw new AssertionError("Expected " + expected + " bytes of a pattern, but got " + count + " bytes"
                    + (firstMistake < 0 ? "." : ", wrong from byte " + firstMistake + " on."));
        }
    }
}
