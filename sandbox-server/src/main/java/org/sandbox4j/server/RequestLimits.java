package org.sandbox4j.server;

/**
 * What all commands of a request together may do.
 *
 * @param commands how many there may be
 * @param outputBytes what they may write to their standard outputs and errors, as far as that is kept for the answer
 */
record RequestLimits(int commands, long outputBytes) {
    /**
     * Checks how many commands a request has, before any of them runs.
     *
     * @throws Refusal if there are too many
     */
    void checkCommands(int count) {
        if (count > commands) {
            throw Refusal.badRequest(
                    "A request to this server may have " + commands + " commands, not " + count + ". Send several.");
        }
    }
}
