package org.sandbox4j;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A command that runs in a sandbox while the caller goes on. Started with {@link Sandbox#start(SandboxCommand)}.
 *
 * <p>Close it: that kills whatever still runs. Safe for use by several threads; each stream by one at a time.
 */
public interface SandboxProcess extends AutoCloseable {
    /**
     * Returns what the command reads as standard input, when that is a pipe. Close it to end the input.
     *
     * @return the stream; one that is closed already when standard input comes from elsewhere
     */
    OutputStream stdin();

    /**
     * Returns the command's standard output, when that is a pipe. A command that writes more than a pipe holds waits until
     * it is read.
     *
     * @return the stream; one without bytes when the output goes elsewhere
     */
    InputStream stdout();

    /**
     * Returns the command's standard error, when that is a pipe.
     *
     * @return the stream; one without bytes when the output goes elsewhere
     */
    InputStream stderr();

    /**
     * Returns a future that completes when the command has ended and no process of its sandbox is left. Cancelling it does
     * nothing to the command.
     *
     * @return a new future, completed with the result, or with the {@link SandboxException} that {@link #waitFor()} throws
     */
    CompletableFuture<SandboxResult> onExit();

    /**
     * Waits for the end of the command. An interrupt ends the waiting, not the command.
     *
     * @return how it ended
     * @throws InterruptedException if the waiting thread is interrupted
     * @throws SandboxException if the sandbox failed while the command ran
     */
    SandboxResult waitFor() throws InterruptedException;

    /**
     * Waits for the end of the command, but not longer than told.
     *
     * @param timeout how long to wait at most
     * @return how it ended, empty if it still runs
     * @throws InterruptedException if the waiting thread is interrupted
     * @throws SandboxException if the sandbox failed while the command ran
     */
    Optional<SandboxResult> waitFor(Duration timeout) throws InterruptedException;

    /**
     * Tells whether the command, or anything else of its sandbox, is alive.
     *
     * @return false once {@link #onExit()} has completed
     */
    boolean isAlive();

    /** Sends SIGTERM to the command's process group. Does nothing once the command has ended. */
    void terminate();

    /** Kills every process of the sandbox. Does nothing once the command has ended. */
    void kill();

    /** Stops every process of the sandbox (SIGSTOP) until {@link #resume()}. A timeout goes on running. */
    void suspend();

    /** Lets stopped processes go on (SIGCONT). */
    void resume();

    /**
     * Tells the command's terminal its size.
     *
     * <p>The size of one that is connected to the caller's terminal follows that one when it changes again.
     *
     * @param columns width in characters, 1 to 65535
     * @param rows height in lines, 1 to 65535
     * @throws IllegalArgumentException if a terminal cannot have this size
     * @throws SandboxUnsupportedException if the command has no terminal
     */
    void resize(int columns, int rows);

    /** Kills what still runs, waits until it is gone, and closes the streams. Does nothing the second time. */
    @Override
    void close();
}
