package org.sandbox4j.protocol;

import java.util.List;
import java.util.Optional;
import org.sandbox4j.Personality;
import org.sandbox4j.SeccompProfile;

/**
 * How the sandbox of a request with its own root file system is to be. Immutable. What each value means is what the method of
 * {@link org.sandbox4j.SandboxBuilder} with its name says.
 *
 * @param marks directories that commands may write although the root is read-only
 * @param uid the user that commands run as
 * @param gid the group that they run as
 * @param hostname the host name that they see
 * @param seccomp which system calls they are refused; the server's default if absent
 * @param personality which machine they believe to run on
 * @param hostSystem whether they see the server's programs and libraries
 */
public record RootSettings(
        List<String> marks,
        int uid,
        int gid,
        String hostname,
        Optional<SeccompProfile> seccomp,
        Personality personality,
        boolean hostSystem) {
    /** No marks, user and group 0, the host name {@code sandbox}, and the root alone. */
    public static final RootSettings DEFAULT =
            new RootSettings(List.of(), 0, 0, "sandbox", Optional.empty(), Personality.NATIVE, false);

    /** Makes settings. */
    public RootSettings {
        marks = List.copyOf(marks);
    }
}
