package org.sandbox4j.local.launch;

import com.sun.jna.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a descriptor. For one thread at a time. */
final class DescriptorInputStream extends InputStream {
    private final Descriptor descriptor;
    private @Nullable Memory buffer;

    DescriptorInputStream(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        Memory memory = buffer();
        int read = descriptor.read(memory, Math.min(length, Descriptor.BUFFER_SIZE));
        if (read > 0) {
            memory.read(0, target, offset, read);
        }
        return read;
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private Memory buffer() {
        Memory memory = buffer;
        if (memory == null) {
            memory = new Memory(Descriptor.BUFFER_SIZE);
            buffer = memory;
        }
        return memory;
    }
}
