package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;

/**
 * Where the shell commands of one request run: a sandbox over the image, with a home directory and a {@code /tmp} that last
 * for the request. Used by one thread.
 */
final class ShellPlace implements AutoCloseable {
    static final String HOME = "/home/student";
    static final String LIBRARIES = "/utils/libs";

    private final Path directory;
    private final Path home;
    private final Path temporary;
    private final RunLimits limits;

    private ShellPlace(Path directory, RunLimits limits) throws IOException {
        this.directory = directory;
        this.limits = limits;
        home = directory.resolve("root" + HOME);
        temporary = directory.resolve("tmp");
        Files.createDirectories(home.getParent());
        Files.createDirectory(temporary);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    static ShellPlace make(RunDirectories directories, RunLimits limits) throws IOException {
        Path directory = directories.make();
        try {
            return new ShellPlace(directory, limits);
        } catch (IOException e) {
            RunDirectories.remove(directory);
            throw e;
        }
    }

    /** Unpacks what the commands start with: a saved environment, an upload, or both, where the upload wins. */
    void unpack(Unpacking unpacking, Optional<StoredEnvironment> saved, Optional<ByteSource> upload)
            throws IOException {
        if (saved.isPresent()) {
            unpacking.unpack(saved.get(), home);
            if (upload.isPresent()) {
                unpacking.lay(upload.get(), home, false);
            }
        } else if (upload.isPresent()) {
            unpacking.unpack(upload.get(), home);
        } else {
            Unpacking.makeEmpty(home);
        }
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Opens the sandbox. */
    Sandbox open(Settings settings, int uid) throws IOException {
        SandboxBuilder builder = Sandbox.builder(directory).buildUid(uid).bindWritable(temporary, "/tmp");
        settings.backend().ifPresent(builder::backend);
        new Image(settings.imageDirectory()).show(builder, directory.resolve("root"));
        if (settings.libraryDirectory().isPresent()) {
            builder.bind(settings.libraryDirectory().get(), LIBRARIES);
        }
        Sandbox sandbox = builder.limits(limits.forCommands()).open();
        sandbox.markDirectory(HOME);
        sandbox.setWorkDirectory(HOME);
        return sandbox;
    }

    Path home() {
        return home;
    }

    DiskBudget diskBudget() {
        return new DiskBudget(List.of(home, temporary), limits.diskBytes());
    }

    @Override
    public void close() {
        RunDirectories.remove(directory);
    }
}
