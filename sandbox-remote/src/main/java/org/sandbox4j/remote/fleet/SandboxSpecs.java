package org.sandbox4j.remote.fleet;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.protocol.Specifications;

/**
 * What is known of a server's machine. Immutable.
 *
 * <p>A failed poll changes nothing but {@link #lastFailure()}.
 *
 * @param lastSuccess when it last answered
 * @param lastFailure when it last did not
 * @param host the machine with its versions, processors and memory, once it has been polled; units as in
 *     {@link Specifications.Host}
 * @param extensions what the server can do beyond the protocol; empty for a plain one
 */
public record SandboxSpecs(
        Optional<Instant> lastSuccess,
        Optional<Instant> lastFailure,
        Optional<Specifications.Host> host,
        Set<String> extensions) {
    /** Nothing is known. */
    public static final SandboxSpecs UNKNOWN =
            new SandboxSpecs(Optional.empty(), Optional.empty(), Optional.empty(), Set.of());

    /** Makes specifications. */
    public SandboxSpecs {
        extensions = Set.copyOf(extensions);
    }

    /**
     * Tells whether it has ever been polled with success.
     *
     * @return whether the other values are known
     */
    public boolean polled() {
        return lastSuccess.isPresent();
    }

    SandboxSpecs answered(Instant now, Specifications answer) {
        return new SandboxSpecs(Optional.of(now), lastFailure, Optional.of(answer.host()), answer.extensions());
    }

    SandboxSpecs failed(Instant now) {
        return new SandboxSpecs(lastSuccess, Optional.of(now), host, extensions);
    }

    SandboxSpecs inMicros() {
        return new SandboxSpecs(lastSuccess.map(Micros::whole), lastFailure.map(Micros::whole), host, extensions);
    }
}
