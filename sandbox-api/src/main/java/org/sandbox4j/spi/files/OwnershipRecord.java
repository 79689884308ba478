package org.sandbox4j.spi.files;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The record in a directory that this user's library has made it. It is authenticated with the user's key, and is about this one
 * directory: about its inode number, and about that and the time of the last change of a marker, which no program can set. So
 * neither another user nor an archive, nor a copy, brings it along.
 */
final class OwnershipRecord {
    private static final String MARKER = ".sandbox4j-marker";
    private static final String RECORD = ".sandbox4j-record";
    private static final String DRAFT = ".sandbox4j-record-draft";
    private static final int MAX_SIZE = 256;

    /** The order in which they can be removed: without the first, a directory is what it was before the record was written. */
    static final List<String> NAMES = List.of(DRAFT, RECORD, MARKER);

    private final Path directory;
    private final String purpose;

    OwnershipRecord(Path directory, String purpose) {
        this.directory = directory;
        this.purpose = purpose;
    }

    /** How a directory came to be the library's. */
    enum Origin {
        /** It was made. */
        MADE,
        /** It was there, and empty. */
        FOUND
    }

    /**
     * Writes the record, unless another JVM has begun to.
     *
     * @return whether it was written
     */
    boolean write(Origin origin) throws IOException {
        try {
            OwnedFile.makeNew(directory.resolve(MARKER));
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        String line = origin + " " + code(origin) + "\n";
        Path draft = directory.resolve(DRAFT);
        Files.deleteIfExists(draft);
        OwnedFile.makeNew(draft);
        // A plain stream: an interrupt of the calling thread would close a channel.
        try (FileOutputStream out = new FileOutputStream(draft.toFile())) {
            out.write(line.getBytes(StandardCharsets.ISO_8859_1));
        }
        Files.move(draft, directory.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    boolean isBegun() throws IOException {
        return FileStatus.ifThere(directory.resolve(MARKER)).isPresent();
    }

    boolean isThere() throws IOException {
        return FileStatus.ifThere(directory.resolve(RECORD)).isPresent();
    }

    /** Returns how this very directory came to be the library's, if its record is genuine. */
    Optional<Origin> verified() throws IOException {
        Path file = directory.resolve(RECORD);
        Optional<FileStatus> status = FileStatus.ifThere(file);
        if (status.isEmpty() || !isFileOfMine(status.get()) || !isBegun()) {
            return Optional.empty();
        }
        String line;
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            line = new String(in.readNBytes(MAX_SIZE), StandardCharsets.ISO_8859_1);
        }
        for (Origin origin : Origin.values()) {
            byte[] genuine = (origin + " " + code(origin) + "\n").getBytes(StandardCharsets.ISO_8859_1);
            if (MessageDigest.isEqual(genuine, line.getBytes(StandardCharsets.ISO_8859_1))) {
                return Optional.of(origin);
            }
        }
        return Optional.empty();
    }

    private static boolean isFileOfMine(FileStatus status) {
        return status.isRegularFile() && status.isMine() && status.links() == 1 && status.size() <= MAX_SIZE;
    }

    private String code(Origin origin) throws IOException {
        FileStatus marker = FileStatus.of(directory.resolve(MARKER));
        // JDKs give times of different precision.
        String content = String.join(
                "\0",
                "sandbox4j directory 1",
                purpose,
                origin.name(),
                Long.toUnsignedString(FileStatus.of(directory).inode()),
                Long.toUnsignedString(marker.inode()),
                marker.changed().toInstant().truncatedTo(ChronoUnit.MICROS).toString());
        return HexFormat.of().formatHex(HmacSha256.of(UserKey.get(), content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Removes the record in the order in which an interruption does no harm. */
    void remove() throws IOException {
        for (String name : NAMES) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }
}
