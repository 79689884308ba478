package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.protocol.archive.ArchiveExtractor;

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
    void unpack(Optional<InputStream> saved, Optional<ByteSource> upload) throws IOException {
        if (saved.isPresent()) {
            ArchiveExtractor.create().withLimits(limits.forOwnArchives()).extract(saved.get(), home);
        }
        if (upload.isPresent()) {
            Path target = saved.isPresent() ? directory.resolve("upload") : home;
            try (InputStream archive = upload.get().open()) {
                ArchiveExtractor.create()
                        .withLimits(limits.forUploads())
                        .skippingSpecialFiles()
                        .extract(archive, target);
            }
            if (saved.isPresent()) {
                Trees.lay(target, home, false);
                Trees.delete(target);
            }
        }
        if (saved.isEmpty() && upload.isEmpty()) {
            Files.createDirectory(home);
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
