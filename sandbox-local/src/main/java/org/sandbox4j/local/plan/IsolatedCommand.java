package org.sandbox4j.local.plan;

import java.util.List;
import java.util.Map;

/**
 * A command of the host that sets up a sandbox and becomes its init program.
 *
 * @param command an absolute program of the host and its arguments, all of them ASCII
 * @param options what it reads from its descriptor for options
 * @param modes directories of the sandbox whose mode the init program has to set, since the command cannot
 */
public record IsolatedCommand(List<String> command, List<String> options, Map<String, Integer> modes) {}
