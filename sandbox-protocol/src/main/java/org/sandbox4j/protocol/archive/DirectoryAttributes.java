package org.sandbox4j.protocol.archive;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.sandbox4j.protocol.tree.FileNames;

/** Modes and times of directories, set when nothing is made in them any more. On disk: there may be a million. */
final class DirectoryAttributes implements AutoCloseable {
    /** What is done with each. */
    interface Visitor {
        void visit(String directory, int mode, FileTime modified) throws IOException;
    }

    private final Path file;
    private final DataOutputStream out;

    DirectoryAttributes(Path file) throws IOException {
        this.file = file;
        out = new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)));
    }

    void add(String directory, int mode, FileTime modified) throws IOException {
        byte[] name = FileNames.encode(directory);
        Instant time = modified.toInstant();
        out.writeInt(mode);
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
        out.write(name);
        out.writeInt(name.length);
    }

    /** Visits the last first: directories follow those that they are in, and these may not be passable afterwards. */
    void visitBackwards(Visitor visitor) throws IOException {
        out.flush();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = channel.size();
            while (end > 0) {
                int nameLength =
                        read(channel, end - Integer.BYTES, Integer.BYTES).getInt();
                int length = 3 * Integer.BYTES + Long.BYTES + nameLength;
                end -= length;
                ByteBuffer entry = read(channel, end, length);
                int mode = entry.getInt();
                Instant time = Instant.ofEpochSecond(entry.getLong(), entry.getInt());
                byte[] name = new byte[nameLength];
                entry.get(name);
                visitor.visit(FileNames.decode(name), mode, FileTime.from(time));
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("The list of directories ends early.");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
