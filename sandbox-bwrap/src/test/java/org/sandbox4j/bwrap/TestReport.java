package org.sandbox4j.bwrap;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of one test in another JVM, as one line of text.
 *
 * @param status whether it passed
 * @param group the simple name of its class
 * @param name the name of its method
 * @param detail the reason it was skipped for, or the stack trace of its failure
 */
record TestReport(Status status, String group, String name, String detail) {
    private static final String PREFIX = "@test";

    enum Status {
        PASSED,
        SKIPPED,
        FAILED
    }

    String toLine() {
        return Stream.of(status.name(), group, name, detail)
                .map(field -> Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(" ", PREFIX + " ", ""));
    }

    /** Reads a line; other output of the JVM is no report. */
    static Optional<TestReport> fromLine(String line) {
        if (!line.startsWith(PREFIX + " ")) {
            return Optional.empty();
        }
        List<String> fields = Arrays.stream(line.split(" ", -1))
                .skip(1)
                .map(field -> new String(Base64.getDecoder().decode(field), StandardCharsets.UTF_8))
                .toList();
        return Optional.of(new TestReport(Status.valueOf(fields.get(0)), fields.get(1), fields.get(2), fields.get(3)));
    }
}
