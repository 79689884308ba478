package org.sandbox4j;

import java.util.Objects;

/**
 * The staged root does not provide the command, or not in a form that this machine can execute. The command has not run.
 * The reason is always {@code "missing-command"}; {@link #problem()} says more.
 */
public class CommandNotFoundException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the command. */
    public enum Problem {
        /** There is no such file, or none of that name in the {@code PATH} of the run. */
        MISSING,
        /** The file is there, but may not be executed. */
        NOT_EXECUTABLE,
        /** It is a directory. */
        DIRECTORY,
        /** It is no program for this machine: another architecture, or not a program at all. */
        WRONG_ARCHITECTURE,
        /** The program is there, but its interpreter ({@code #!} line or dynamic loader) is not. */
        MISSING_INTERPRETER,
        /** The program is there, but on a file system that is mounted {@code noexec}. */
        NOEXEC_FILE_SYSTEM
    }

    /** The command that was asked for. */
    private final String command;

    /** What is wrong with it. */
    private final Problem problem;

    /**
     * Makes an exception.
     *
     * @param command the command, as it was given
     * @param problem what is wrong with it
     * @param message what was looked for, where, and what to do
     */
    public CommandNotFoundException(String command, Problem problem, String message) {
        super("missing-command", message);
        this.command = command;
        this.problem = Objects.requireNonNull(problem, "problem");
    }

    /**
     * Returns the command that was asked for.
     *
     * @return the first argument, as given
     */
    public String command() {
        return command;
    }

    /**
     * Returns what is wrong with it.
     *
     * @return the problem
     */
    public Problem problem() {
        return problem;
    }
}
