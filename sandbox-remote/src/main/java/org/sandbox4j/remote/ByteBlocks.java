package org.sandbox4j.remote;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Bytes in blocks that are never copied into larger ones: what is collected takes hardly more memory than it has bytes. */
final class ByteBlocks {
    private static final int FIRST_BLOCK = 1 << 10;
    private static final int BLOCK = 64 << 10;
    private static final int QUOTED = 16 << 10;

    private final List<byte[]> full = new ArrayList<>();
    private byte[] last = {};
    private int used;
    private long size;

    long size() {
        return size;
    }

    void add(ByteBuffer buffer) {
        while (buffer.hasRemaining()) {
            int count = Math.min(buffer.remaining(), room());
            buffer.get(last, used, count);
            used += count;
            size += count;
        }
    }

    void add(byte[] bytes, int offset, int length) {
        add(ByteBuffer.wrap(bytes, offset, length));
    }

    private int room() {
        if (used == last.length) {
            if (used > 0) {
                full.add(last);
            }
            last = new byte[full.isEmpty() ? FIRST_BLOCK : BLOCK];
            used = 0;
        }
        return last.length - used;
    }

    /** Reads what is there now. */
    InputStream read() {
        List<InputStream> blocks = new ArrayList<>();
        full.forEach(block -> blocks.add(new ByteArrayInputStream(block)));
        blocks.add(new ByteArrayInputStream(last, 0, used));
        return new SequenceInputStream(Collections.enumeration(blocks));
    }

    /** Returns the beginning as text, enough to be quoted. */
    String beginning() {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, QUOTED));
        for (byte[] block : full) {
            bytes.put(block, 0, Math.min(block.length, bytes.remaining()));
        }
        bytes.put(last, 0, Math.min(used, bytes.remaining()));
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    /** Lets go of everything, so that its memory can be used for telling why. */
    void clear() {
        full.clear();
        last = new byte[0];
        used = 0;
        size = 0;
    }
}
