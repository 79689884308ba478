package org.sandbox4j.remote;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps an answer in memory: all of it, or the beginning of one that will only be quoted. */
final class BytesSink extends BodySink<BytesSink.Bytes> {
    /** A buffer that can be read without being copied. */
    static final class Bytes extends ByteArrayOutputStream {
        InputStream read() {
            return new ByteArrayInputStream(buf, 0, count);
        }

        String text() {
            return toString(StandardCharsets.UTF_8);
        }
    }

    private final Bytes bytes = new Bytes();
    private final boolean beginning;

    private BytesSink(long limit, boolean beginning) {
        super(limit);
        this.beginning = beginning;
    }

    static BytesSink all(long limit) {
        return new BytesSink(limit, false);
    }

    static BytesSink beginning(long limit) {
        return new BytesSink(limit, true);
    }

    /** Copied: a buffer of the client's is large, whatever it holds. */
    @Override
    void take(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        bytes.writeBytes(copy);
    }

    @Override
    Bytes tooLarge() throws IOException {
        return beginning ? bytes : super.tooLarge();
    }

    @Override
    Bytes finished(long count) {
        return bytes;
    }
}
