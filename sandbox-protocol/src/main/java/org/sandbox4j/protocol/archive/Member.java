package org.sandbox4j.protocol.archive;

import java.nio.file.attribute.FileTime;

/**
 * A member of an archive, checked as far as that is possible without a tree.
 *
 * @param kind what it is
 * @param name where it is
 * @param linkText of links, what they lead to; otherwise empty
 * @param size of files, their bytes; otherwise 0
 * @param mode its permissions; other bits are gone
 * @param modified when it was last changed
 */
record Member(Kind kind, MemberName name, String linkText, long size, int mode, FileTime modified) {
    enum Kind {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        HARD_LINK,
        /** A device, a fifo, or anything else. */
        SPECIAL
    }
}
