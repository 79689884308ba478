package org.sandbox4j.remote.fleet;

import java.time.Instant;
import java.util.Optional;
import org.sandbox4j.protocol.Libraries;
import org.sandbox4j.protocol.Specifications;

/**
 * What is known of a server's containers. Immutable.
 *
 * <p>It takes two calls, of which one may fail: the limits are then newer than the libraries. A failed poll resets nothing.
 *
 * @param lastSuccess when the server last answered both calls
 * @param lastFailure when it last did not
 * @param container number and limits of the containers, once known; units as in {@link Specifications.Container}
 * @param libraries libraries and programs in them, once known
 */
public record ContainerSpecs(
        Optional<Instant> lastSuccess,
        Optional<Instant> lastFailure,
        Optional<Specifications.Container> container,
        Optional<Libraries> libraries) {
    /** Nothing is known. */
    public static final ContainerSpecs UNKNOWN =
            new ContainerSpecs(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Tells whether it has ever been polled with success.
     *
     * @return whether the other values are known
     */
    public boolean polled() {
        return lastSuccess.isPresent();
    }

    ContainerSpecs answered(Instant now, Specifications limits, Libraries contents) {
        return new ContainerSpecs(
                Optional.of(now), lastFailure, Optional.of(limits.container()), Optional.of(contents));
    }

    ContainerSpecs failed(Instant now) {
        return new ContainerSpecs(lastSuccess, Optional.of(now), container, libraries);
    }

    ContainerSpecs failed(Instant now, Specifications limits) {
        return new ContainerSpecs(lastSuccess, Optional.of(now), Optional.of(limits.container()), libraries);
    }

    ContainerSpecs inMicros() {
        return new ContainerSpecs(lastSuccess.map(Micros::whole), lastFailure.map(Micros::whole), container, libraries);
    }
}
