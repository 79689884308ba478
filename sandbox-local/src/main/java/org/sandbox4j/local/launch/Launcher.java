package org.sandbox4j.local.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts processes. Safe for use by several threads. */
public interface Launcher {
    /**
     * Starts a process on the launching thread.
     *
     * @param request what to start
     * @return the process; the payload may not have been read yet
     * @throws org.sandbox4j.SandboxSetupException if it cannot be started
     */
    LaunchedProcess launch(LaunchRequest request);

    /**
     * Starts a process from the calling thread, which must be a platform thread that outlives the process: the kernel takes
     * the thread for the parent whose death ends it. Saves the way to the launching thread and back.
     *
     * @param request what to start
     * @return the process; the payload may not have been read yet
     * @throws org.sandbox4j.SandboxSetupException if it cannot be started
     */
    LaunchedProcess launchHere(LaunchRequest request);

    /**
     * Runs a mode of our own program on the host and waits for it, uninterruptibly.
     *
     * @param arguments the mode and its arguments
     * @param input what it reads, at most as much as a pipe holds
     * @param scratch an existing directory of the caller's on the host
     * @throws org.sandbox4j.SandboxSetupException if it cannot be started
     */
    default HelperAnswer help(List<String> arguments, byte[] input, Path scratch) {
        List<String> command = new ArrayList<>(List.of(Descriptors.INIT_PATH));
        command.addAll(arguments);
        return ask(command, input, scratch);
    }

    /**
     * Runs a program of the host that has our own as its descriptor {@link Descriptors#INIT}, and waits for it,
     * uninterruptibly.
     *
     * @param command the program, absolute, and its arguments
     * @param input what it reads, at most as much as a pipe holds
     * @param scratch an existing directory of the caller's on the host
     * @throws org.sandbox4j.SandboxSetupException if it cannot be started
     */
    HelperAnswer ask(List<String> command, byte[] input, Path scratch);

    /** Tells whether watching brackets its waits, so that the caller's own thread can watch and be interrupted. */
    boolean watchesInOneThread();

    /** Tells whether a command can get a terminal. */
    boolean offersTerminals();

    /** Returns the name that the property {@value Launchers#PROPERTY} knows it by. */
    String name();
}
