package org.sandbox4j.server;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An environment on disk.
 *
 * @param id its id
 * @param archive digest of its archive
 * @param changes digest of the archive of what the commands changed, if that was asked for
 * @param expires from when on it is not there any more
 */
record StoredEnvironment(UUID id, String archive, Optional<String> changes, Instant expires) {
    private static final String NONE = "-";

    /** The one line that is kept on disk; its end tells that it is whole. */
    String line() {
        return archive + " " + changes.orElse(NONE) + " " + expires.getEpochSecond() + " end\n";
    }

    static Optional<StoredEnvironment> parse(UUID id, String line) {
        String[] parts = line.split("[ \n]", -1);
        if (parts.length != 5 || !parts[3].equals("end")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new StoredEnvironment(
                    id,
                    parts[0],
                    parts[1].equals(NONE) ? Optional.empty() : Optional.of(parts[1]),
                    Instant.ofEpochSecond(Long.parseLong(parts[2]))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
