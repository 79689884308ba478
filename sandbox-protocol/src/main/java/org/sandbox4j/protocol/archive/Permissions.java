package org.sandbox4j.protocol.archive;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Permissions as the nine bits of a mode. */
final class Permissions {
    /** From the owner's to read, 0400, to the others' to execute, 1. */
    private static final PosixFilePermission[] ALL = PosixFilePermission.values();

    private Permissions() {}

    static Set<PosixFilePermission> of(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < ALL.length; i++) {
            if ((mode & bit(i)) != 0) {
                permissions.add(ALL[i]);
            }
        }
        return permissions;
    }

    static int mode(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (int i = 0; i < ALL.length; i++) {
            mode |= permissions.contains(ALL[i]) ? bit(i) : 0;
        }
        return mode;
    }

    private static int bit(int index) {
        return 0400 >> index;
    }
}
