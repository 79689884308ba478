package org.sandbox4j.server;

import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootSettings;

/**
 * What clients may ask of sandboxes.
 *
 * @param network whether commands may have this host's network
 * @param weakest the filter of system calls that commands have unless a client asks for a stricter one
 */
record RunPolicy(boolean network, SeccompProfile weakest) {
    /**
     * Refuses a request as a whole.
     *
     * @throws SandboxUnsupportedException if a part of it is not permitted
     */
    void check(RootRequest request) {
        boolean wantsNetwork =
                request.commands().stream().anyMatch(command -> command.flags().contains(SandboxFlags.NETWORK_ENABLED));
        if (wantsNetwork && !network) {
            throw new SandboxUnsupportedException(
                    "NETWORK_ENABLED: this server does not permit commands to have its host's network."
                            + " Leave the flag out, or have the server started with --network true.");
        }
        SeccompProfile wanted = request.settings().seccomp().orElse(weakest);
        if (wanted.compareTo(weakest) < 0) {
            throw new SandboxUnsupportedException("The filter of system calls " + wanted
                    + " is weaker than this server's, " + weakest
                    + ". Ask for that one or a stricter one, or have the server started with another --seccomp.");
        }
    }

    SeccompProfile filter(RootSettings wanted) {
        return wanted.seccomp().orElse(weakest);
    }
}
