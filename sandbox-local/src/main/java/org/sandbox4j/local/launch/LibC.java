package org.sandbox4j.local.launch;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Map;

/** The C library's functions, with their own names and argument orders. The only native code of the library. */
final class LibC {
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EPIPE = 32;
    static final int EMFILE = 24;
    static final int ENFILE = 23;
    static final int ECHILD = 10;
    static final int EINVAL = 22;
    static final int EOPNOTSUPP = 95;

    static final short POLLIN = 0x1;

    static final long TIOCGWINSZ = 0x5413;
    static final int TCSANOW = 0;

    static final int O_CLOEXEC = 0x80000;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int F_SETPIPE_SZ = 1031;
    static final int F_ADD_SEALS = 1033;
    static final int F_SEAL_ALL = 0x1 | 0x2 | 0x4 | 0x8;

    static final int MFD_CLOEXEC = 0x1;
    static final int MFD_ALLOW_SEALING = 0x2;
    /** Since Linux 6.3, needed where vm.memfd_noexec is 1; older kernels answer EINVAL. */
    static final int MFD_EXEC = 0x10;

    static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    static final short POSIX_SPAWN_SETSID = 0x80;

    /** More than any C library needs for a posix_spawnattr_t, a posix_spawn_file_actions_t or a sigset_t. */
    static final int OPAQUE_SIZE = 1024;

    private LibC() {}

    /**
     * Binds the functions, for {@link NativeCode}. Fails when the C library lacks one that came late: glibc 2.34 brought closing
     * from a descriptor on.
     */
    static void bind() {
        // A handle of our own, as options tell handles apart. Functions stay when it is closed, the C library being
        // there anyway,
        // but while it is open JNA's cleaning thread does not end, and keeps the class loader.
        try (NativeLibrary c = NativeLibrary.getInstance("c", Map.of("owner", LibC.class.getName()))) {
            Native.register(LibC.class, c);
        }
    }

    /** pipe2(2). */
    static native int pipe2(int[] descriptors, int flags) throws LastErrorException;

    /** read(2). */
    static native long read(int descriptor, Pointer buffer, long count) throws LastErrorException;

    /** poll(2). */
    static native int poll(Pointer descriptors, long count, int milliseconds) throws LastErrorException;

    /** write(2). */
    static native long write(int descriptor, Pointer buffer, long count) throws LastErrorException;

    /** close(2). */
    static native int close(int descriptor) throws LastErrorException;

    /** fcntl(2), with one integer argument. */
    static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    /** ioctl(2), with one pointer argument. */
    static native int ioctl(int descriptor, long request, Pointer argument) throws LastErrorException;

    /** tcgetattr(3). */
    static native int tcgetattr(int descriptor, Pointer modes) throws LastErrorException;

    /** tcsetattr(3). */
    static native int tcsetattr(int descriptor, int actions, Pointer modes) throws LastErrorException;

    /** cfmakeraw(3). */
    static native void cfmakeraw(Pointer modes);

    /** memfd_create(2). */
    static native int memfd_create(String name, int flags) throws LastErrorException;

    /** llistxattr(2). */
    static native long llistxattr(byte[] path, Pointer list, long size) throws LastErrorException;

    /** lgetxattr(2). */
    static native long lgetxattr(byte[] path, byte[] name, Pointer value, long size) throws LastErrorException;

    /** kill(2). */
    static native int kill(int pid, int signal) throws LastErrorException;

    /** wait4(2). */
    static native int wait4(int pid, int[] status, int options, Pointer usage) throws LastErrorException;

    /** posix_spawn(3); returns the error number. */
    static native int posix_spawn(
            int[] pid, byte[] path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

    /** posix_spawnattr_init(3). */
    static native int posix_spawnattr_init(Pointer attributes);

    /** posix_spawnattr_setflags(3). */
    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    /** posix_spawnattr_setsigdefault(3). */
    static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

    /** posix_spawnattr_setsigmask(3). */
    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

    /** posix_spawn_file_actions_init(3). */
    static native int posix_spawn_file_actions_init(Pointer actions);

    /** posix_spawn_file_actions_destroy(3). */
    static native int posix_spawn_file_actions_destroy(Pointer actions);

    /** posix_spawn_file_actions_adddup2(3). */
    static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    /** posix_spawn_file_actions_addclose(3). */
    static native int posix_spawn_file_actions_addclose(Pointer actions, int descriptor);

    /** posix_spawn_file_actions_addclosefrom_np(3). */
    static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

    /** sigemptyset(3). */
    static native int sigemptyset(Pointer signals);

    /** sigfillset(3). */
    static native int sigfillset(Pointer signals);
}
