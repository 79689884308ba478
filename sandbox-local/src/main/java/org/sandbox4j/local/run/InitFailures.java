package org.sandbox4j.local.run;

import org.sandbox4j.CommandNotFoundException;
import org.sandbox4j.CommandNotFoundException.Problem;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.ErrorNumber;
import org.sandbox4j.local.launch.InitMessage;

/** Turns what the init program could not do into exceptions. */
final class InitFailures {
    private static final int E2BIG = 7;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int EACCES = 13;
    private static final int EAGAIN = 11;

    private InitFailures() {}

    static SandboxException explain(SoughtProgram sought, InitMessage.Failed failed) {
        String program = sought.name();
        return switch (failed.stage()) {
            case EXEC -> exec(sought, failed);
            case CHDIR ->
                new SandboxSetupException(
                        "work-directory-unusable",
                        "Cannot start in '" + failed.path() + "': " + reason(failed.errno())
                                + ". Choose a work directory that exists, or one in the root, where it is made.",
                        null);
            case CHECK ->
                new SandboxSetupException(
                        "root-changed",
                        "Did not start '" + program + "': '" + failed.path()
                                + "' is another directory inside the sandbox than it was in the root a moment before. "
                                + "Something changes the root while commands are started; stop that.",
                        null);
            case FORK, MEMORY ->
                new SandboxSetupException(
                        "fork-refused",
                        "Cannot start '" + program + "': no process or memory for it (" + reason(failed.errno())
                                + "). Raise the limit of processes (ulimit -u, or the pids cgroup) or free memory.",
                        null);
            case TERMINAL ->
                new SandboxSetupException(
                        "terminal-unavailable",
                        "Cannot give '" + program + "' a terminal: " + reason(failed.errno())
                                + ". Does the host allow more of them (kernel.pty.max)?",
                        null);
            case PERSONALITY ->
                new SandboxSetupException(
                        "personality-refused",
                        "Cannot start '" + program + "' with Personality.LINUX32: this machine has none ("
                                + reason(failed.errno()) + "). Leave it out.",
                        null);
            default ->
                new SandboxSetupException("Cannot start '" + program + "': the sandbox's init program failed in "
                        + failed.stage() + " at '" + failed.path() + "': "
                        + ErrorNumber.describe(failed.errno()) + ". Please report this.");
        };
    }

    private static SandboxException exec(SoughtProgram sought, InitMessage.Failed failed) {
        String program = sought.name();
        String path = failed.path().isEmpty() ? program : failed.path();
        return switch (failed.detail()) {
            case 1 -> notFound(program, Problem.MISSING, sought.whyMissing());
            case 2 ->
                notFound(
                        program,
                        Problem.NOT_EXECUTABLE,
                        "'" + path + "' may not be executed. Set its execute permission (chmod +x)");
            case 3 -> notFound(program, Problem.DIRECTORY, "'" + path + "' is a directory. Name a program");
            case 4 ->
                notFound(
                        program,
                        Problem.WRONG_ARCHITECTURE,
                        "'" + path
                                + "' is no program for this machine (" + System.getProperty("os.arch")
                                + "), or a script whose shell /bin/sh is missing. Stage one for this machine");
            case 5 ->
                notFound(
                        program,
                        Problem.MISSING_INTERPRETER,
                        "'" + path
                                + "' is there, but the interpreter of its '#!' line, or its dynamic loader, is not. Stage that too");
            case 6 -> notFound(program, Problem.NOEXEC_FILE_SYSTEM, sought.whyNotExecuted(path));
            default ->
                failed.errno() == E2BIG
                        ? new SandboxSetupException(
                                "arguments-too-long",
                                "Cannot start '" + program
                                        + "': its arguments and environment are longer than the kernel allows (E2BIG, execve(2): "
                                        + "128 KiB each, a quarter of the stack limit together). Pass them in a file.",
                                null)
                        : new SandboxSetupException("Cannot start '" + program + "': " + reason(failed.errno()) + ".");
        };
    }

    private static CommandNotFoundException notFound(String program, Problem problem, String why) {
        return new CommandNotFoundException(
                program, problem, "Cannot run '" + program + "' in the sandbox: " + why + ".");
    }

    private static String reason(int errno) {
        return switch (errno) {
            case ENOENT -> "it does not exist there (ENOENT)";
            case ENOTDIR -> "it is not a directory (ENOTDIR)";
            case EACCES -> "permission denied (EACCES)";
            case EAGAIN -> "the limit of processes is reached (EAGAIN)";
            default -> ErrorNumber.describe(errno);
        };
    }
}
