package org.sandbox4j.local.host;

import java.util.Map;

/** Error numbers of Linux as errno(3) names them. */
public final class ErrorNumber {
    static final int ENOSYS = 38;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "Operation not permitted (EPERM)"),
            Map.entry(2, "No such file or directory (ENOENT)"),
            Map.entry(3, "No such process (ESRCH)"),
            Map.entry(5, "Input/output error (EIO)"),
            Map.entry(7, "Argument list too long (E2BIG)"),
            Map.entry(8, "Exec format error (ENOEXEC)"),
            Map.entry(11, "Resource temporarily unavailable (EAGAIN)"),
            Map.entry(12, "Cannot allocate memory (ENOMEM)"),
            Map.entry(13, "Permission denied (EACCES)"),
            Map.entry(16, "Device or resource busy (EBUSY)"),
            Map.entry(17, "File exists (EEXIST)"),
            Map.entry(19, "No such device (ENODEV)"),
            Map.entry(20, "Not a directory (ENOTDIR)"),
            Map.entry(21, "Is a directory (EISDIR)"),
            Map.entry(22, "Invalid argument (EINVAL)"),
            Map.entry(23, "Too many open files in system (ENFILE)"),
            Map.entry(24, "Too many open files (EMFILE)"),
            Map.entry(28, "No space left on device (ENOSPC)"),
            Map.entry(30, "Read-only file system (EROFS)"),
            Map.entry(31, "Too many links (EMLINK)"),
            Map.entry(36, "File name too long (ENAMETOOLONG)"),
            Map.entry(ENOSYS, "Function not implemented (ENOSYS)"),
            Map.entry(40, "Too many levels of symbolic links (ELOOP)"),
            Map.entry(75, "Value too large for defined data type (EOVERFLOW)"),
            Map.entry(87, "Too many users (EUSERS)"),
            Map.entry(95, "Operation not supported (EOPNOTSUPP)"),
            Map.entry(116, "Stale file handle (ESTALE)"),
            Map.entry(122, "Disk quota exceeded (EDQUOT)"));

    private ErrorNumber() {}

    /** Returns what the number means, and its name. */
    public static String describe(int errno) {
        return NAMES.getOrDefault(errno, "error " + errno + ", see errno(3)");
    }
}
