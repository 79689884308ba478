package org.sandbox4j.local.tree;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.spi.HostBind;

/**
 * What a run needs of its root.
 *
 * @param marks marked directories, which will exist, each with whether files there that are linked from outside are protected
 * @param workDirectory the directory that the command starts in, which will exist
 * @param binds what of the host appears, later ones over earlier ones
 * @param rootWritable whether commands may change the root
 * @param sharedMemory whether there is a {@code /dev/shm}
 * @param temporary a directory of ours that is {@code /tmp}; without one it is in memory
 * @param writing how protected places are written
 */
public record TreeNeeds(
        Map<String, Boolean> marks,
        String workDirectory,
        List<HostBind> binds,
        boolean rootWritable,
        boolean sharedMemory,
        Optional<Path> temporary,
        Writing writing) {
    /** Tells whether commands may change anything of the tree. */
    boolean writes() {
        return rootWritable || !marks.isEmpty();
    }

    /** Tells whether files that are linked from outside are protected anywhere. */
    boolean protects() {
        return rootWritable || marks.containsValue(true);
    }
}
