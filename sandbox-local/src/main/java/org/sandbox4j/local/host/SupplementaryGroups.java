package org.sandbox4j.local.host;

import java.util.List;
import org.sandbox4j.ProgramNotFoundError;

/** Supplementary groups of a superuser would open files of these groups to commands; others cannot drop theirs. */
public final class SupplementaryGroups {
    private SupplementaryGroups() {}

    /**
     * Returns what stands before a command that is to have no supplementary groups, setpriv(1): nothing where there are none, or
     * none that this caller could drop.
     *
     * @param backend the backend that asks
     * @throws ProgramNotFoundError if setpriv is needed and not there
     */
    public static List<String> dropper(String backend) {
        Caller caller = Caller.current();
        if (!caller.isRoot() || caller.otherGroups().isEmpty()) {
            return List.of();
        }
        return HostPrograms.find("setpriv")
                .map(setpriv -> List.of(setpriv.toString(), "--clear-groups", "--"))
                .orElseThrow(() -> new ProgramNotFoundError(
                        "setpriv",
                        "Cannot open sandbox '" + backend
                                + "': this JVM has supplementary groups, and the host program 'setpriv' that drops them was "
                                + "not found. Install util-linux, or start the JVM without supplementary groups."));
    }
}
