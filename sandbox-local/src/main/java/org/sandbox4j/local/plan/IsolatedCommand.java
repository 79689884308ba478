package org.sandbox4j.local.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.local.launch.OptionList;
import org.sandbox4j.local.seccomp.SeccompProgram;

/**
 * A command of the host that sets up a sandbox and becomes its init program.
 *
 * @param command an absolute program of the host and its arguments, all of them ASCII
 * @param options what it reads from its descriptor for options
 * @param seccomp what it reads from its descriptor for a system call filter, if it reads any
 * @param modes directories of the sandbox whose mode the init program has to set, since the command cannot
 */
public record IsolatedCommand(
        List<String> command, OptionList options, Optional<SeccompProgram> seccomp, Map<String, Integer> modes) {}
