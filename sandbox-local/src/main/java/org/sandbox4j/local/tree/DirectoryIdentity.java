package org.sandbox4j.local.tree;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which directory it is, stat(2).
 *
 * @param device the number of its file system
 * @param inode its inode number
 */
public record DirectoryIdentity(long device, long inode) {
    /** The form in which the JDK gives away the two numbers of a file that was looked at through a handle. */
    private static final Pattern FILE_KEY = Pattern.compile("\\(dev=([0-9a-f]+),ino=([0-9]+)\\)");

    static Optional<DirectoryIdentity> of(BasicFileAttributes attributes) {
        Matcher key = FILE_KEY.matcher(String.valueOf(attributes.fileKey()));
        return key.matches()
                ? Optional.of(new DirectoryIdentity(
                        Long.parseUnsignedLong(key.group(1), 16), Long.parseUnsignedLong(key.group(2))))
                : Optional.empty();
    }
}
