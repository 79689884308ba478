package org.sandbox4j.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;
import org.sandbox4j.local.run.CallersStreams;
import org.sandbox4j.local.run.RunTerminal;
import org.sandbox4j.spi.SandboxSettings;

/**
 * A command with every value that it left open taken from the sandbox. Later changes of the sandbox do not touch it.
 *
 * @param command the command
 * @param settings the sandbox's settings when the run started
 * @param stdin where its input comes from
 * @param stdout where its output goes
 * @param stderr where its error output goes
 */
record PlannedCommand(
        SandboxCommand command, SandboxSettings.Snapshot settings, Stdio stdin, Stdio stdout, Stdio stderr) {
    /** Where a command without a slash is looked up when its environment has no PATH. */
    static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    boolean has(SandboxFlags flag) {
        return command.flags().contains(flag);
    }

    /** Tells whether the command is to be connected to the terminal that the JVM has as its standard input. */
    boolean hasCallersTerminal() {
        return has(SandboxFlags.INTERACTIVE) && stdin instanceof Stdio.Inherit && CallersStreams.isInputTerminal();
    }

    /** Returns the terminal that the command gets. */
    Optional<RunTerminal> terminal() {
        if (hasCallersTerminal()) {
            return Optional.of(RunTerminal.ofCaller(stdout, stderr));
        }
        boolean stderrApart = command.stderr().isPresent() && !command.stderr().equals(command.stdout());
        return command.terminal().map(size -> RunTerminal.own(size, stderrApart));
    }

    /** Tells whether {@code /dev} has the devices of terminals, with which a command can make some of its own. */
    boolean hasTerminalDevices() {
        return has(SandboxFlags.INTERACTIVE) || command.terminal().isPresent();
    }

    boolean usesPipe() {
        return stdin instanceof Stdio.Pipe || stdout instanceof Stdio.Pipe || stderr instanceof Stdio.Pipe;
    }

    /** Returns the marks with every one protected, so that whatever is written there is diverted. */
    Map<String, Boolean> protectedMarks() {
        Map<String, Boolean> marks = new LinkedHashMap<>(settings.marks());
        marks.replaceAll((mark, artifact) -> true);
        return marks;
    }

    boolean rootWritable() {
        return !has(SandboxFlags.ROOT_READ_ONLY) || settings.marks().containsKey("/");
    }

    String workDirectory() {
        return command.workDirectory().orElse(settings.workDirectory());
    }

    Map<String, String> variables() {
        return command.environment().orElse(settings.environment());
    }

    /** Returns the environment with PWD, which is always the work directory. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>(variables());
        environment.put("PWD", workDirectory());
        return environment;
    }

    String lookupPath() {
        return variables().getOrDefault("PATH", DEFAULT_PATH);
    }

    String program() {
        return command.arguments().get(0);
    }
}
