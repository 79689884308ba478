package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.host.HostPrograms;

/** Measures once more as somebody without privileges, for whom the kernel mounts other overlays. */
final class OrdinaryUser {
    private static final String ID = "65534";

    private OrdinaryUser() {}

    /**
     * Measures.
     *
     * @param directory where the user can read programs from
     * @param treeDirectory where its trees are to be
     * @param options for {@link Bench}
     * @return the report, or nothing where this JVM has no privileges itself, or cannot drop them
     */
    static Optional<String> measure(Path directory, Path treeDirectory, Path spawnProgram, List<String> options)
            throws IOException, InterruptedException {
        Optional<Path> setpriv = HostPrograms.find("setpriv");
        if (!Caller.current().isRoot() || setpriv.isEmpty()) {
            return Optional.empty();
        }
        Path programs = openToAll(Files.createDirectory(openToAll(directory).resolve("programs")));
        Path trees = openToAll(treeDirectory).resolve("of-a-user");
        Files.createDirectory(trees);
        Files.setAttribute(trees, "unix:uid", Integer.parseInt(ID));
        List<String> command = new ArrayList<>(
                List.of(setpriv.get().toString(), "--reuid", ID, "--regid", ID, "--clear-groups", "--"));
        command.addAll(JavaCommand.of(
                Bench.class,
                copy(Path.of(System.getProperty("java.class.path")), programs),
                "-Djava.io.tmpdir=" + trees));
        command.add(copy(spawnProgram, programs));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .directory(trees.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IllegalStateException("As an ordinary user, the benchmark exited with " + code);
        }
        return Optional.of(report);
    }

    private static String copy(Path program, Path directory) throws IOException {
        return openToAll(Files.copy(program, directory.resolve(program.getFileName())))
                .toString();
    }

    private static Path openToAll(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
