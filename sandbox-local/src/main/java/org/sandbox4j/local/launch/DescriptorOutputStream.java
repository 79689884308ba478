package org.sandbox4j.local.launch;

import com.sun.jna.Memory;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Writes a descriptor, unbuffered. Safe for use by several threads; what one call writes stays together. */
final class DescriptorOutputStream extends OutputStream {
    private final Descriptor descriptor;

    DescriptorOutputStream(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (length == 0) {
            return;
        }
        try (Memory memory = new Memory(Math.min(length, Descriptor.BUFFER_SIZE))) {
            for (int done = 0; done < length; done += (int) memory.size()) {
                int chunk = (int) Math.min(memory.size(), length - done);
                memory.write(0, source, offset + done, chunk);
                descriptor.write(memory, chunk);
            }
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
