package org.sandbox4j.local.launch;

/**
 * Which standard streams are the terminal of the sandbox, beside standard input.
 *
 * @param stdout whether standard output is; else it is a pipe of its own
 * @param stderr whether standard error is; else it is a pipe of its own, or goes where standard output goes
 */
public record TerminalWiring(boolean stdout, boolean stderr) {}
