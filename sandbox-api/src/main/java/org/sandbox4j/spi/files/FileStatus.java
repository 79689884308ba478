package org.sandbox4j.spi.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What lstat(2) tells of a file.
 *
 * @param uid its owner
 * @param mode its type and permissions
 * @param inode its number in its file system
 * @param links how many names it has
 * @param size its bytes
 * @param changed when anything about it changed last, which no program can set
 */
record FileStatus(int uid, int mode, long inode, int links, long size, FileTime changed) {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0002;
    private static final int FOREIGN = 0077;
    private static final int FOREIGN_WRITE = 0022;

    /** Looks at a file, and not at what it leads to if it is a link. */
    static FileStatus of(Path file) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(file, "unix:uid,mode,ino,nlink,size,ctime", LinkOption.NOFOLLOW_LINKS);
        return new FileStatus(
                number(found, "uid").intValue(),
                number(found, "mode").intValue(),
                number(found, "ino").longValue(),
                number(found, "nlink").intValue(),
                number(found, "size").longValue(),
                (FileTime) Objects.requireNonNull(found.get("ctime")));
    }

    private static Number number(Map<String, Object> found, String name) {
        return (Number) Objects.requireNonNull(found.get(name));
    }

    static Optional<FileStatus> ifThere(Path file) throws IOException {
        try {
            return Optional.of(of(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    boolean isRegularFile() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isMine() {
        return uid == CurrentUser.uid();
    }

    /** Root can do everything anyhow. */
    boolean isMineOrRoots() {
        return isMine() || uid == 0;
    }

    boolean isOpenToOthers() {
        return (mode & FOREIGN) != 0;
    }

    boolean isWritableForOthersThanItsOwner() {
        return (mode & FOREIGN_WRITE) != 0;
    }

    boolean isWritableForEverybody() {
        return (mode & OTHERS_WRITE) != 0;
    }

    /** In such a directory only its owner and that of an entry can rename or remove it. */
    boolean isSticky() {
        return (mode & STICKY) != 0;
    }

    /** Says what it is, for messages. */
    String kind() {
        return switch (mode & TYPE) {
            case DIRECTORY -> "a directory";
            case REGULAR -> "a file";
            case LINK -> "a link";
            default -> "neither a file nor a directory";
        };
    }
}
