package org.sandbox4j.local.overlay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.launch.ExtendedAttributes;

/**
 * What a run can change of a directory without changing an entry of it.
 *
 * @param status its mode, owner, group, and time of modification
 * @param extended its extended attributes, where they can be read
 */
record TopDirectory(Map<String, Object> status, Optional<Map<String, ByteBuffer>> extended) {
    private static final int SET_GROUP_ID = 02000;

    static TopDirectory of(Path directory) throws IOException {
        return new TopDirectory(
                Files.readAttributes(directory, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS),
                ExtendedAttributes.of(directory));
    }

    /** Tells whether the upper directory of an overlay that was made like this one is still like it, for certain. */
    boolean isShownBy(TopDirectory upper) {
        return isSame(upper, "lastModifiedTime")
                && hasModeOf(upper)
                && (!Caller.current().isRoot() || (isSame(upper, "uid") && isSame(upper, "gid")))
                && extended.isPresent()
                && extended.equals(upper.extended);
    }

    /** An ordinary user's upper directory cannot get the mode of one that belongs to a group of others. */
    private boolean hasModeOf(TopDirectory upper) {
        int difference = mode() ^ upper.mode();
        return difference == 0
                || (difference == SET_GROUP_ID
                        && (mode() & SET_GROUP_ID) != 0
                        && !isSame(upper, "gid")
                        && !Caller.current().isRoot());
    }

    private boolean isSame(TopDirectory other, String attribute) {
        return Objects.equals(status.get(attribute), other.status.get(attribute));
    }

    private int mode() {
        return (Integer) Objects.requireNonNull(status.get("mode"), "mode");
    }
}
