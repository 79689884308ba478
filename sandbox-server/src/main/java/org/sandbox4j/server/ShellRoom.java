package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.spi.files.TreeRemoval;

/**
 * A root file system for shell commands with an open sandbox. They can write nothing of it but the home directory and
 * {@code /tmp}, so that one request after the other can have it, if these two are new each time. Used by one thread at a time.
 */
final class ShellRoom implements AutoCloseable {
    static final String HOME = "/home/student";
    static final String LIBRARIES = "/utils/libs";

    private final Path directory;
    private final Sandbox sandbox;

    /** A room that has been made already, and its open sandbox. */
    ShellRoom(Path directory, Sandbox sandbox) {
        this.directory = directory;
        this.sandbox = sandbox;
    }

    /**
     * Makes a room and opens its sandbox.
     *
     * @param directory an empty one, which goes with the room
     * @param uid whom commands run as
     * @param layout what the root is to have from the start
     */
    static ShellRoom make(Path directory, Settings settings, int uid, RoomLayout layout) throws IOException {
        try {
            Path root = directory.resolve("root");
            Files.createDirectories(root.resolve("home"));
            Sandbox sandbox = open(directory, root, settings, uid);
            try {
                layout.makeIn(root);
            } catch (IOException e) {
                sandbox.close();
                throw e;
            }
            return new ShellRoom(directory, sandbox);
        } catch (IOException | RuntimeException e) {
            RunDirectories.remove(directory);
            throw e;
        }
    }

    private static Sandbox open(Path directory, Path root, Settings settings, int uid) throws IOException {
        SandboxBuilder builder = Sandbox.builder(directory)
                .buildUid(uid)
                .seccomp(settings.policy().weakest())
                .bindWritable(temporary(directory), "/tmp")
                .limits(settings.limits().forCommands());
        settings.backend().ifPresent(builder::backend);
        new Image(settings.imageDirectory()).show(builder, root);
        if (settings.libraryDirectory().isPresent()) {
            builder.bind(settings.libraryDirectory().get(), LIBRARIES);
        }
        Sandbox sandbox = builder.open();
        // What is linked into the home directory is the request's own, so nothing needs protection there.
        sandbox.markDirectory(HOME, false);
        sandbox.setWorkDirectory(HOME);
        return sandbox;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Path root() {
        return directory.resolve("root");
    }

    Path home() {
        return directory.resolve("root" + HOME);
    }

    Path temporary() {
        return temporary(directory);
    }

    private static Path temporary(Path directory) {
        return directory.resolve("tmp");
    }

    /** Removes everything that a request has left. */
    void clean() throws IOException {
        TreeRemoval.remove(temporary());
        try (DirectoryStream<Path> left = Files.newDirectoryStream(root().resolve("home"))) {
            for (Path entry : left) {
                TreeRemoval.remove(entry);
            }
        }
    }

    @Override
    public void close() {
        sandbox.close();
        RunDirectories.remove(directory);
    }
}
