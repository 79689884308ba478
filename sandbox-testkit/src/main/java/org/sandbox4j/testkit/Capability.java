package org.sandbox4j.testkit;

/**
 * Something that a backend may be unable to do by its nature. Checks that need it are skipped, with a sentence, for
 * backends that {@linkplain SandboxContract#capabilities() do not have it}. What a backend cannot guarantee on a
 * certain host is not said here but by {@link org.sandbox4j.Sandbox#isolation()}.
 */
public enum Capability {
    /** With {@code NETWORK_ENABLED} commands reach what listens on this host. */
    HOST_NETWORK("give commands the network of this host"),
    /** With {@code INHERIT_UID} commands have the ids that this JVM has. */
    CALLER_IDS("run commands with the ids of the calling JVM"),
    /** Commands see files of this host that are bound. */
    HOST_BINDS("bind files of this host"),
    /** A {@link org.sandbox4j.SandboxProcess} can be suspended and resumed. */
    SUSPENSION("suspend and resume commands"),
    /**
     * Holes, extended attributes, fifos, sticky bits and the exact text of links are kept in the root, and files may have names
     * both where commands may write and where they may not.
     */
    EXACT_FILES(
            "keep more of files than archives do: holes, extended attributes, fifos, sticky bits, the exact text of "
                    + "links, links from a mark to the rest of the root"),
    /** Commands can get a terminal. */
    TERMINALS("give commands a terminal"),
    /** With {@code INTERACTIVE} commands are connected to the terminal of the calling JVM. */
    CALLERS_TERMINAL("connect commands to the terminal of the JVM that starts them"),
    /** Commands are killed when the JVM that started them is gone. */
    DEATH_WITH_CALLER("end commands together with the JVM that started them");

    private final String verb;

    Capability(String verb) {
        this.verb = verb;
    }

    /** Returns what a backend without this capability is skipped with. */
    String absence() {
        return "Skipped: this backend declares that it cannot " + verb + " (" + name() + ").";
    }
}
