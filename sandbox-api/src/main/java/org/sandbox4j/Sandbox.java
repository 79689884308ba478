package org.sandbox4j;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory that commands see as their root, and the means to run them there, shielded from the host. Whatever backend
 * implements it, it keeps the numbered contract of {@code docs/contract.md}; what a backend cannot keep is missing from
 * {@link #isolation()} or refused with {@link SandboxUnsupportedException}.
 *
 * <p>Stage files into {@link #getDirectory()}, set the environment, the work directory and the directories that commands
 * may write, then run commands. Opened with {@link #builder(Path)}.
 *
 * <p>Safe for use by several threads. Settings that are changed while a command runs affect later runs only.
 */
public interface Sandbox extends AutoCloseable {
    /** The devices that exist in every sandbox. */
    List<String> DEVICES = List.of("/dev/urandom", "/dev/random", "/dev/zero", "/dev/null");

    /**
     * Returns a builder for a sandbox in a directory of the host.
     *
     * @param directory {@code directory/root} is the root that commands see, {@code directory/scratch} belongs to the
     *     library; both are made if they are missing
     * @return a new builder
     */
    static SandboxBuilder builder(Path directory) {
        return new SandboxBuilder(directory);
    }

    /**
     * Returns the root on the host. Files that are staged here are what commands see at {@code /}.
     *
     * @return an absolute path of an existing directory, the same for the life of the sandbox
     */
    Path getDirectory();

    /**
     * Sets the environment of later runs, replacing the earlier one. Commands see these variables and {@code PWD}, nothing
     * else. Default: empty.
     *
     * @param environment names and values; copied
     * @throws IllegalArgumentException if a name is empty or holds {@code =}, or one of them holds a NUL character
     * @throws IllegalStateException if the sandbox is closed
     */
    void setEnvironment(Map<String, String> environment);

    /**
     * Sets the work directory of later runs. It is made if it is missing. Default: {@code /}.
     *
     * @param directory an absolute path inside the sandbox
     * @throws IllegalArgumentException if it is relative, or has a {@code ..} or a NUL character
     * @throws IllegalStateException if the sandbox is closed
     */
    void setWorkDirectory(String directory);

    /**
     * Marks a directory that later runs may write, as {@code markDirectory(directory, false)}.
     *
     * @param directory an absolute path inside the sandbox
     */
    default void markDirectory(String directory) {
        markDirectory(directory, false);
    }

    /**
     * Marks a directory that later runs may write although the root is read-only. It exists in every later run and in the
     * root. Marking a directory again replaces its earlier mark.
     *
     * @param directory an absolute path inside the sandbox, made if it is missing
     * @param artifact whether files there that are hard-linked from outside are kept from any change
     * @throws IllegalArgumentException if it is relative, has a {@code ..} or a NUL character, or lies in {@code /proc} or
     *     {@code /dev}
     * @throws SandboxUnsupportedException if the backend cannot protect artifacts
     * @throws IllegalStateException if the sandbox is closed
     */
    void markDirectory(String directory, boolean artifact);

    /**
     * Runs a command with the sandbox's work directory, environment and streams, and waits for its end.
     *
     * @param command the command and its arguments
     * @param flags what the run asks for
     * @return the exit code, or 128 plus the signal that ended the command
     * @throws InterruptedException if the calling thread is interrupted; everything has been killed then
     * @see #run(List, Set, String, Map)
     */
    default int run(List<String> command, SandboxFlags... flags) throws InterruptedException {
        EnumSet<SandboxFlags> set = EnumSet.noneOf(SandboxFlags.class);
        set.addAll(List.of(flags));
        return run(command, set, null, null);
    }

    /**
     * Runs a command and waits for its end. When this method returns, no process of the sandbox is alive.
     *
     * @param command the command and its arguments; a command without a slash is looked up inside the sandbox, in the
     *     {@code PATH} of the run, or in {@code /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin} without one
     * @param flags what the run asks for
     * @param cwd an absolute path inside the sandbox, made if it is missing; null for {@link #setWorkDirectory the work
     *     directory}
     * @param env the whole environment; null for {@link #setEnvironment the sandbox's}
     * @return the exit code, or 128 plus the signal that ended the command
     * @throws InterruptedException if the calling thread is interrupted; everything has been killed then
     * @throws CommandNotFoundException if the staged root does not provide the command
     * @throws SandboxSetupException if the sandbox could not be set up; the command has not run
     * @throws SandboxUnsupportedException if the backend cannot do what was asked; the command has not run
     * @throws SandboxLimitException if the command hit a limit
     * @throws ProgramNotFoundError if a program of the host that the backend needs is missing
     * @throws IllegalArgumentException if a value cannot be passed on
     * @throws IllegalStateException if the sandbox is closed
     */
    int run(List<String> command, Set<SandboxFlags> flags, @Nullable String cwd, @Nullable Map<String, String> env)
            throws InterruptedException;

    /**
     * Runs a command, captures its output (16 MiB of each stream unless the command says otherwise), and waits for its end.
     *
     * @param command the command
     * @return how it ended; a timeout or a limit that was hit is a result, not an exception
     * @throws InterruptedException if the calling thread is interrupted; everything has been killed then
     * @throws CommandNotFoundException if the staged root does not provide the command
     * @throws SandboxException as for {@link #run(List, Set, String, Map)}
     */
    SandboxResult execute(SandboxCommand command) throws InterruptedException;

    /**
     * Runs commands one after the other with one {@code /tmp}. Stops after the first that does not exit with 0, unless it
     * {@linkplain SandboxCommand.Builder#mayFail(boolean) may fail}.
     *
     * @param commands the commands
     * @return a result for each command that was started, in order
     * @throws InterruptedException if the calling thread is interrupted; everything has been killed then
     * @throws SandboxException as for {@link #run(List, Set, String, Map)}
     */
    List<SandboxResult> execute(List<SandboxCommand> commands) throws InterruptedException;

    /**
     * Starts a command whose streams are pipes unless the command says otherwise, and returns without waiting for its end.
     *
     * @param command the command
     * @return the running command; close it
     * @throws CommandNotFoundException if the staged root does not provide the command
     * @throws SandboxException as for {@link #run(List, Set, String, Map)}
     */
    SandboxProcess start(SandboxCommand command);

    /**
     * Returns what this sandbox guarantees on this host.
     *
     * @return an unmodifiable set
     */
    Set<Isolation> isolation();

    /**
     * Kills what still runs, waits until it is gone, and removes the scratch directory. The root stays. Does nothing the
     * second time.
     */
    @Override
    void close();
}
