package org.sandbox4j.spi.files;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The effective user of this JVM, to whom what it makes belongs. */
final class CurrentUser {
    /** The one number that is no user's. */
    private static final int UNKNOWN = -1;

    private CurrentUser() {}

    private static volatile int known = UNKNOWN;

    static int uid() {
        int uid = known;
        if (uid == UNKNOWN) {
            uid = find();
        }
        return uid;
    }

    private static int find() {
        // A plain stream: an interrupt of the calling thread would close a channel.
        try (FileInputStream status = new FileInputStream("/proc/self/status")) {
            String line = new String(status.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(text -> text.startsWith("Uid:"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("/proc/self/status has no line of user ids"));
            known = Integer.parseUnsignedInt(line.split("\\s+", -1)[2]);
            return known;
        } catch (IOException e) {
            return ownerOf(e);
        }
    }

    /** Needs no descriptor, of which there may be none left, so that is not remembered. */
    private static int ownerOf(IOException failure) {
        for (String place : List.of("/proc/self", System.getProperty("user.home", "?"))) {
            try {
                return (Integer) Files.getAttribute(Path.of(place), "unix:uid");
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        throw new UncheckedIOException(
                "Cannot find out who this JVM runs as. Mount /proc, or give it a home directory.", failure);
    }
}
