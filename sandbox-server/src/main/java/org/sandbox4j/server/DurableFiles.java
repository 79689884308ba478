package org.sandbox4j.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.sandbox4j.spi.files.PrivateDirectory;
import org.sandbox4j.spi.files.TreeRemoval;

/**
 * Makes files that are either there as a whole or not at all, whenever the process is killed or the machine stops: written
 * elsewhere, forced to disk, renamed.
 */
final class DurableFiles {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path incoming;

    /** What an earlier server left half-written in {@code incoming} is deleted. */
    DurableFiles(Path incoming) throws IOException {
        TreeRemoval.remove(incoming);
        this.incoming = PrivateDirectory.make(incoming);
    }

    /** Writes content. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file that has no name of its own yet; {@link #place} gives it one, or {@link Files#delete} removes it. */
    Path write(Content content) throws IOException {
        Path file = incoming.resolve(UUID.randomUUID().toString());
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
            content.writeTo(Channels.newOutputStream(channel));
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return file;
    }

    /** Gives a written file its name. */
    static void place(Path written, Path target) throws IOException {
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path directory = target.getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
