package org.sandbox4j.protocol;

import java.time.Duration;
import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.SeccompProfile;

/**
 * What a server with the extension {@code root} offers to runs, {@code GET /runs/}. Immutable.
 *
 * @param isolation what its sandboxes guarantee, as far as it is known here
 * @param outputBytes how many bytes of a command's output it keeps at most, unless they are streamed
 * @param uploadBytes how large a request may be, in bytes
 * @param budget how long the commands of a request may take together
 * @param network whether commands may have its host's network; true if it does not say
 * @param seccomp the weakest filter of system calls that commands may have; {@code NONE} if it does not say
 */
public record RootOffer(
        Set<Isolation> isolation,
        long outputBytes,
        long uploadBytes,
        Duration budget,
        boolean network,
        SeccompProfile seccomp) {
    /** Makes a value. */
    public RootOffer {
        isolation = Set.copyOf(isolation);
    }
}
