package org.sandbox4j.testkit;

import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.Stdio;

/**
 * Tiny commands, named by what they do. They need nothing but the busybox of a {@link StagedRoot}. Vary them with
 * {@link SandboxCommand#toBuilder()}.
 */
public final class Programs {
    private static final String WAIT_UNTIL_UP = "while [ ! -e /tmp/up ]; do usleep 1000; done; ";

    private Programs() {}

    /**
     * Runs a shell script.
     *
     * @param script the script
     * @param arguments its positional parameters
     * @return the command
     */
    public static SandboxCommand sh(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        return SandboxCommand.builder(command).build();
    }

    /**
     * Exits at once.
     *
     * @param code the exit code
     * @return the command
     */
    public static SandboxCommand exit(int code) {
        return sh("exit " + code);
    }

    /**
     * Dies of a signal that a child of its own sends.
     *
     * @param signal the signal's number
     * @return the command
     */
    public static SandboxCommand dieOf(int signal) {
        // Not a shell, for busybox's ignores SIGQUIT and has no way to stop that.
        String child = "kill -" + signal + " $PPID; while :; do usleep 10000; done";
        return SandboxCommand.builder("/bin/xargs", "/bin/sh", "-c", child)
                .stdin(Stdio.discard())
                .build();
    }

    /**
     * Writes its arguments to standard output, each with a NUL after it.
     *
     * @param arguments the arguments, at least one
     * @return the command
     */
    public static SandboxCommand printArguments(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/printf", "%s\\0"));
        command.addAll(arguments);
        return SandboxCommand.builder(command).build();
    }

    /**
     * Writes the environment that it was started with to standard output, each variable with a NUL after it.
     *
     * @return the command
     */
    public static SandboxCommand printEnvironment() {
        return SandboxCommand.of("/bin/cat", "/proc/self/environ");
    }

    /**
     * Writes its work directory, as the kernel sees it, to standard output.
     *
     * @return the command
     */
    public static SandboxCommand printWorkDirectory() {
        return SandboxCommand.of("/bin/readlink", "/proc/self/cwd");
    }

    /**
     * Writes what it reads from standard input to standard output.
     *
     * @return the command
     */
    public static SandboxCommand echoInput() {
        return SandboxCommand.of("/bin/cat");
    }

    /**
     * Writes zeros to standard output.
     *
     * @param mebibytes how many MiB
     * @return the command
     */
    public static SandboxCommand writeZeros(int mebibytes) {
        return sh("dd if=/dev/zero bs=1048576 count=" + mebibytes + " 2>/dev/null");
    }

    /**
     * Sleeps for thousands of years.
     *
     * @param marker finds it again
     * @return the command
     */
    public static SandboxCommand sleep(Marker marker) {
        return SandboxCommand.of("/bin/sleep", marker.toString());
    }

    /**
     * Sleeps, and ignores every signal that can be ignored. Writes {@code up} once it does.
     *
     * @param marker finds it again
     * @return the command
     */
    public static SandboxCommand ignoreSignals(Marker marker) {
        return sh(ignoringSignals() + "echo up; while :; do sleep " + marker + "; done");
    }

    /**
     * Sleeps, ignores every signal that can be ignored, and writes nothing.
     *
     * @param marker finds it again
     * @return the command
     */
    public static SandboxCommand ignoreQuietly(Marker marker) {
        return sh(ignoringSignals() + "while :; do sleep " + marker + "; done");
    }

    /**
     * Leaves a daemon behind and exits with 0: a process of a session of its own, adopted by another parent, that
     * ignores signals and has closed its streams.
     *
     * @param marker finds it again
     * @return the command
     */
    public static SandboxCommand leaveDaemon(Marker marker) {
        String daemon = ignoringSignals() + "> /tmp/up; exec sleep " + marker;
        return sh("(setsid sh -c '" + daemon + "' </dev/null >/dev/null 2>&1 &); " + WAIT_UNTIL_UP + "exit 0");
    }

    /**
     * Leaves a child behind that holds standard output and standard error open, writes {@code done}, and exits with 0.
     *
     * @param marker finds it again
     * @return the command
     */
    public static SandboxCommand leaveChildWithStreams(Marker marker) {
        return sh("sh -c '> /tmp/up; exec sleep " + marker + "' & " + WAIT_UNTIL_UP + "echo done; exit 0");
    }

    /**
     * Leaves many children behind and exits with 0.
     *
     * @param marker finds them again
     * @param count how many
     * @return the command
     */
    public static SandboxCommand leaveChildren(Marker marker, int count) {
        return sh("i=0; while [ $i -lt " + count + " ]; do sleep " + marker + " & i=$((i+1)); done; exit 0");
    }

    /**
     * Starts a child, stops it and then itself, with SIGSTOP.
     *
     * @param marker finds both again
     * @return the command
     */
    public static SandboxCommand stop(Marker marker) {
        return sh("sleep " + marker + " & kill -STOP $!; kill -STOP $$; exit 0", marker.toString());
    }

    /**
     * Starts a family that does not end by itself: a daemon, children with streams, one that is stopped, and the
     * command itself, which ignores signals. Writes {@code up} once they are there.
     *
     * @param marker finds them again
     * @return the command
     */
    public static SandboxCommand startFamily(Marker marker) {
        return sh(family(marker) + "echo up; while :; do sleep " + marker + "; done");
    }

    /**
     * Starts a family as {@link #startFamily(Marker)} does, and exits with 0 soon after.
     *
     * @param marker finds them again
     * @return the command
     */
    public static SandboxCommand leaveFamily(Marker marker) {
        return sh(family(marker) + "usleep 5000; exit 0");
    }

    private static String family(Marker marker) {
        String daemon = ignoringSignals() + "> /tmp/up; exec sleep " + marker;
        return ignoringSignals() + "(setsid sh -c '" + daemon + "' </dev/null >/dev/null 2>&1 &); sleep " + marker
                + " & sleep " + marker + " & kill -STOP $!; " + WAIT_UNTIL_UP;
    }

    private static String ignoringSignals() {
        return "trap \"\" HUP INT QUIT PIPE ALRM TERM USR1 USR2; ";
    }
}
