package org.sandbox4j.remote;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A token that is sent and never shown, not even when a server quotes it. */
final class Secret {
    static final Secret NONE = new Secret(null);

    private final @Nullable String token;

    private Secret(@Nullable String token) {
        this.token = token;
    }

    static Secret of(String token) {
        boolean sendable = !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (!sendable) {
            throw new IllegalArgumentException(
                    "The token is empty or has characters that cannot be sent, such as a space or a line end.");
        }
        return new Secret(token);
    }

    Optional<String> header() {
        return token == null ? Optional.empty() : Optional.of("Bearer " + token);
    }

    String mask(String text) {
        return token == null ? text : text.replace(token, "***");
    }

    @Override
    public String toString() {
        return token == null ? "no token" : "token ***";
    }
}
