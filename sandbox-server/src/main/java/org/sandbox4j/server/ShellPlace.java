package org.sandbox4j.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.Sandbox;

/**
 * Where the shell commands of one request run: a room with a home directory and a {@code /tmp} that last for the request. Used
 * by one thread.
 */
final class ShellPlace implements AutoCloseable {
    private final ShellRoom room;
    private final Runnable giveBack;

    private ShellPlace(ShellRoom room, Runnable giveBack) {
        this.room = room;
        this.giveBack = giveBack;
    }

    /**
     * Makes what is new for a request.
     *
     * @param giveBack is done with the room in the end, also when this fails
     */
    static ShellPlace make(ShellRoom room, Runnable giveBack) throws IOException {
        try {
            Files.createDirectory(room.temporary());
            Files.setPosixFilePermissions(room.temporary(), PosixFilePermissions.fromString("rwxrwxrwx"));
            return new ShellPlace(room, giveBack);
        } catch (IOException | RuntimeException e) {
            giveBack.run();
            throw e;
        }
    }

    /** Unpacks what the commands start with: a saved environment, an upload, or both, where the upload wins. */
    void unpack(Unpacking unpacking, Optional<StoredEnvironment> saved, Optional<ByteSource> upload)
            throws IOException {
        Path home = home();
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

    Sandbox sandbox() {
        return room.sandbox();
    }

    Path home() {
        return room.home();
    }

    DiskBudget diskBudget(RunLimits limits) {
        return new DiskBudget(List.of(home(), room.temporary()), limits.diskBytes());
    }

    @Override
    public void close() {
        giveBack.run();
    }
}
