package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Keeps an answer in memory: all of it, or the beginning of one that will only be quoted. */
final class BytesSink extends BodySink<ByteBlocks> {
    private final ByteBlocks bytes = new ByteBlocks();
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

    @Override
    void take(ByteBuffer buffer) {
        bytes.add(buffer);
    }

    @Override
    ByteBlocks tooLarge() throws IOException {
        return beginning ? bytes : super.tooLarge();
    }

    @Override
    void forget() {
        bytes.clear();
    }

    @Override
    ByteBlocks finished(long count) {
        return bytes;
    }
}
