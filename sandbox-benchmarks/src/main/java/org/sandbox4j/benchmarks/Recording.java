package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.ArtifactProtection;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.bwrap.BwrapOptions;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.host.HostPrograms;

/**
 * A command line, with everything that it reads, in a directory that the C program can load. It is taken from the library
 * itself: a stand-in for bubblewrap writes down what one run starts.
 */
record Recording(Path directory) {
    private static final String SECCOMP = "seccomp";
    private static final String DESCRIPTORS = "descriptors";
    private static final String STANDARD_STREAMS = "0 1\n1 2\n2 3\n";
    private static final String SECCOMP_DESCRIPTOR = "3 4\n";
    private static final String STAND_IN = """
            #!/bin/sh
            case $1 in
                --args) exec '%s' record '%s' "$0" "$@" ;;
                *) exec '%s' "$@" ;;
            esac
            """;

    /**
     * Records a command that writes the tree itself where it may write, as with bubblewrap alone.
     *
     * @param marks directories that are writable
     */
    static Recording of(Path sandbox, Path spawn, Path target, SandboxCommand command, String... marks)
            throws IOException, InterruptedException {
        Files.createDirectories(target);
        Path standIn = target.resolve("bwrap");
        Files.writeString(standIn, STAND_IN.formatted(spawn, target, bubblewrap()));
        Files.setPosixFilePermissions(standIn, PosixFilePermissions.fromString("rwx------"));
        try (Sandbox recorded = Sandboxes.open(
                sandbox,
                Sandboxes.NATIVE,
                builder -> builder.with(BwrapOptions.program(standIn)).artifactProtection(ArtifactProtection.COPY))) {
            List.of(marks).forEach(recorded::markDirectory);
            throw new IllegalStateException("The stand-in for bubblewrap ran a command: " + recorded.execute(command));
        } catch (SandboxException e) {
            if (!Files.exists(target.resolve("payload"))) {
                throw e;
            }
        }
        List<String> line = new ArrayList<>();
        // Written before the stand-in's own name, so the stand-in cannot see it.
        Caller caller = Caller.current();
        if (caller.isRoot() && !caller.otherGroups().isEmpty()) {
            line.addAll(List.of(HostPrograms.find("setpriv").orElseThrow().toString(), "--clear-groups", "--"));
        }
        Recording recording = new Recording(target);
        List<String> arguments = recording.read("argv");
        line.add(bubblewrap().toString());
        line.addAll(arguments.subList(1, arguments.size()));
        recording.write("argv", line);
        return recording;
    }

    /** A command line written by hand: bubblewrap is to start the command itself, with its output in two pipes. */
    static Recording direct(Path target, List<String> options, List<String> command) throws IOException {
        List<String> line = new ArrayList<>(List.of(bubblewrap().toString(), "--args", "0", "--"));
        line.addAll(command);
        Recording recording = plain(target, line);
        recording.write("options", options);
        return recording;
    }

    /** A command line that reads nothing, with its output in two pipes. */
    static Recording plain(Path target, List<String> line) throws IOException {
        Files.createDirectories(target);
        Recording recording = new Recording(target);
        recording.write("argv", line);
        recording.write("options", List.of());
        Files.writeString(target.resolve(DESCRIPTORS), STANDARD_STREAMS);
        return recording;
    }

    static Path bubblewrap() {
        return HostPrograms.find("bwrap")
                .orElseThrow(
                        () -> new IllegalStateException("There is no bwrap. Install the Debian package bubblewrap."));
    }

    /** As {@link #direct}, with the seccomp program of another recording, if it has one. */
    static Recording direct(Path target, List<String> options, List<String> command, Recording other)
            throws IOException {
        Recording recording = direct(target, options, command);
        if (Files.exists(other.directory.resolve(SECCOMP))) {
            Files.copy(other.directory.resolve(SECCOMP), target.resolve(SECCOMP));
            Files.writeString(target.resolve(DESCRIPTORS), SECCOMP_DESCRIPTOR, StandardOpenOption.APPEND);
        }
        return recording;
    }

    List<String> options() throws IOException {
        return read("options");
    }

    private List<String> read(String name) throws IOException {
        return Files.readString(directory.resolve(name), StandardCharsets.UTF_8)
                .lines()
                .flatMap(line -> List.of(line.split("\0", -1)).stream())
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private void write(String name, List<String> texts) throws IOException {
        StringBuilder content = new StringBuilder();
        texts.forEach(text -> content.append(text).append('\0'));
        Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8);
    }
}
