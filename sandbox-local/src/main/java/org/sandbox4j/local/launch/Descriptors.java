package org.sandbox4j.local.launch;

/** The descriptor numbers of a launched process. The shell can only redirect single digits. */
public final class Descriptors {
    /** The isolation tool reads its options here. */
    public static final int OPTIONS = 0;
    /** The isolation tool writes its own messages here, and to 2. */
    public static final int DIAGNOSTICS = 1;
    /** The isolation tool reads a seccomp program here; kept free for it. */
    public static final int SECCOMP = 3;
    /** The init program itself. */
    public static final int INIT = 4;
    /** The init program reads its payload and later orders here; when it ends, so does the sandbox. */
    public static final int CONTROL = 5;
    /** The init program writes its messages here. */
    public static final int STATUS = 6;
    /** Becomes the command's standard input; closed for an empty one. */
    public static final int STDIN = 7;
    /** Becomes the command's standard output. */
    public static final int STDOUT = 8;
    /** Becomes the command's standard error; closed when it goes where standard output goes. */
    public static final int STDERR = 9;

    /** The init program writes here what the command's terminal shows; only with a terminal. */
    public static final int TERMINAL = 10;

    /** The first number that means nothing. */
    static final int END = 11;

    /** The path under which the isolation tool executes the init program. */
    public static final String INIT_PATH = "/proc/self/fd/" + INIT;

    private Descriptors() {}
}
