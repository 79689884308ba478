package org.sandbox4j.bwrap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The bubblewrap that the tests use. */
final class Bubblewrap {
    private Bubblewrap() {}

    /** Returns its path, or skips the test where there is none. */
    static Path onThisHost() {
        Optional<Path> program = Stream.of("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(program.isPresent(), "Skipped: bubblewrap is needed (Debian: bubblewrap).");
        return program.orElseThrow();
    }
}
