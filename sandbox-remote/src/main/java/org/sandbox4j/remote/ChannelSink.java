package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Writes an answer to a channel, which stays open, and counts its bytes. */
final class ChannelSink extends BodySink<Long> {
    private final WritableByteChannel channel;

    ChannelSink(WritableByteChannel channel, long limit) {
        super(limit);
        this.channel = channel;
    }

    @Override
    void take(ByteBuffer buffer) throws IOException {
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new LocalFileFailure(e);
        }
    }

    @Override
    Long finished(long bytes) {
        return bytes;
    }
}
