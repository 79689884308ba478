package org.sandbox4j.spi;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.ArtifactProtection;
import org.sandbox4j.BackendOptions;
import org.sandbox4j.Isolation;
import org.sandbox4j.Personality;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;

/** What a sandbox is to be opened with; the read side of {@link org.sandbox4j.SandboxBuilder}. Immutable. */
public interface SandboxConfig {
    /**
     * Returns the directory of the sandbox.
     *
     * @return an absolute normalised path on the host, which may not exist yet
     */
    Path directory();

    /**
     * Returns the root that commands see.
     *
     * @return {@code directory/root}
     */
    default Path root() {
        return directory().resolve("root");
    }

    /**
     * Returns the directory for the backend's own files.
     *
     * @return {@code directory/scratch}
     */
    default Path scratch() {
        return directory().resolve("scratch");
    }

    /**
     * Returns the user that commands run as.
     *
     * @return a uid inside the sandbox
     */
    int buildUid();

    /**
     * Returns the group that commands run as.
     *
     * @return a gid inside the sandbox
     */
    int buildGid();

    /**
     * Returns the host name that commands see.
     *
     * @return a host name
     */
    String hostname();

    /**
     * Returns what of the host commands see, in the order given.
     *
     * @return an unmodifiable list
     */
    List<HostBind> binds();

    /**
     * Tells whether commands see the host's programs and libraries.
     *
     * @return true after {@link org.sandbox4j.SandboxBuilder#hostSystem()}
     */
    boolean hostSystem();

    /**
     * Returns the standard input of interactive runs.
     *
     * @return a source
     */
    Stdio stdin();

    /**
     * Returns the standard output of {@code run}.
     *
     * @return a target
     */
    Stdio stdout();

    /**
     * Returns the standard error of {@code run}.
     *
     * @return a target
     */
    Stdio stderr();

    /**
     * Returns the limits of runs that have none of their own.
     *
     * @return the limits
     */
    ResourceLimits limits();

    /**
     * Returns the seccomp profile that was asked for.
     *
     * @return the profile, empty for the backend's default
     */
    Optional<SeccompProfile> seccomp();

    /**
     * Returns how files that are hard-linked from outside are protected.
     *
     * @return the way, by default {@link ArtifactProtection#AUTO}
     */
    default ArtifactProtection artifactProtection() {
        return ArtifactProtection.AUTO;
    }

    /**
     * Returns which machine commands are to believe to run on.
     *
     * @return the machine; by default, the one that it is
     */
    default Personality personality() {
        return Personality.NATIVE;
    }

    /**
     * Returns what the sandbox must guarantee.
     *
     * @return an unmodifiable set
     */
    Set<Isolation> required();

    /**
     * Returns the options of one kind.
     *
     * @param type the class of the options
     * @param <O> the class of the options
     * @return the options given last, empty if there are none
     */
    <O extends BackendOptions> Optional<O> options(Class<O> type);
}
