package org.sandbox4j.local.overlay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.local.launch.StageList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the set-up of a sandbox from making anything on the host while commands exchange directories of its tree: in the
 * mount namespace of the set-up everything is read-only, but for what the sandbox may write, which appears in a directory of
 * ours. A link that is put in the way then leads to an error, where it would have led to a directory made elsewhere.
 */
public final class Guard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final Path directory;
    private final List<Path> places = new ArrayList<>();
    private StageList stage;

    private Guard(Path directory, StageList namespaces) {
        this.directory = directory;
        this.stage = namespaces;
    }

    static Guard in(Path scratch, StageList namespaces) throws IOException {
        return new Guard(Files.createTempDirectory(scratch, "guard-"), namespaces);
    }

    /** Returns where a file or directory of the host appears, writable. */
    public Path keepWritable(Path source) throws IOException {
        Path place = directory.resolve(Integer.toString(places.size()));
        if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(place);
        } else {
            Files.createFile(place);
        }
        places.add(place);
        OverlayTransaction.Lower identity = OverlayTransaction.Lower.of(source);
        stage = stage.then("writable", identity.device(), identity.inode(), source, place);
        return place;
    }

    /** Returns what sets the guard up. */
    public StageList stage() {
        return stage.then("guard");
    }

    @Override
    public void close() {
        try {
            for (Path place : places) {
                Files.deleteIfExists(place);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.debug("{} stays: {}", directory, e.toString());
        }
    }
}
