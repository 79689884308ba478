package org.sandbox4j.local.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A started process and the pipes to it. Each stream is used by one thread at a time; {@link #control()} and
 * {@link #killHard()} by any.
 */
public interface LaunchedProcess {
    /** Returns the id of the isolation tool's process, whose descendants are the sandbox. */
    long pid();

    /** Returns the orders to the init program. Closing it ends the sandbox. */
    ControlChannel control();

    /** Passes on messages and output until the ends of both, which come with the end of the process. Called once. */
    void watch(ProcessWatch watch) throws IOException;

    /** Returns the command's standard input; a closed stream without one. */
    OutputStream stdin();

    /** Returns the command's standard output; where that is a terminal of the sandbox, what the terminal shows. */
    InputStream stdout();

    /** Returns the command's standard error; empty when it is merged, or a terminal of the sandbox. */
    InputStream stderr();

    /** Waits, uninterruptibly, until the process has ended, and reaps it. To be called once. */
    HostExit awaitExit();

    /** Returns what the isolation tool has written, cut after some KiB. Only after {@link #awaitExit()}. */
    String diagnostics();

    /** Kills descendants, then the process, by signals. For when the init program cannot have been reached. */
    void killHard();

    /** Closes what is still open, and removes files. Only after {@link #awaitExit()}. */
    void release();
}
