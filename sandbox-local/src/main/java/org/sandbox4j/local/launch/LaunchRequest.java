package org.sandbox4j.local.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.local.seccomp.SeccompProgram;

/**
 * What to start, with which streams.
 *
 * @param stage what is prepared before the program starts
 * @param command an absolute program of the host and its arguments, all of them ASCII
 * @param options what the program reads from {@link Descriptors#OPTIONS}
 * @param seccomp what the program reads from {@link Descriptors#SECCOMP}, if anything
 * @param payload what the init program reads first
 * @param stdin whether the command gets an input; without one it is empty
 * @param mergedOutput whether standard error goes where standard output goes
 * @param terminal which streams are a terminal of the sandbox, if there is one
 * @param scratch an existing directory of the caller's on the host for files that live as long as the process
 */
public record LaunchRequest(
        StageList stage,
        List<String> command,
        OptionList options,
        Optional<SeccompProgram> seccomp,
        InitPayload payload,
        boolean stdin,
        boolean mergedOutput,
        Optional<TerminalWiring> terminal,
        Path scratch) {
    /** A request without a terminal. */
    public LaunchRequest(
            StageList stage,
            List<String> command,
            OptionList options,
            Optional<SeccompProgram> seccomp,
            InitPayload payload,
            boolean stdin,
            boolean mergedOutput,
            Path scratch) {
        this(stage, command, options, seccomp, payload, stdin, mergedOutput, Optional.empty(), scratch);
    }

    boolean hasStdoutPipe() {
        return terminal.isEmpty() || !terminal.get().stdout();
    }

    boolean hasStderrPipe() {
        return !mergedOutput && (terminal.isEmpty() || !terminal.get().stderr());
    }
}
