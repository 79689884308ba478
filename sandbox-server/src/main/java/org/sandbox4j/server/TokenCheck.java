package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets requests in that bear one of some tokens, or all if there are no tokens. What was borne is not kept or shown. */
final class TokenCheck {
    private static final String SCHEME = "Bearer ";
    private static final Set<String> OPEN_TO_ALL = Set.of("/health");

    private final List<BearerToken> tokens;

    TokenCheck(List<BearerToken> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /**
     * Tells who sent a request.
     *
     * @throws Refusal if the header does not have a token
     */
    Tenant check(String path, @Nullable String authorization) {
        if (tokens.isEmpty() || OPEN_TO_ALL.contains(path)) {
            return Tenant.EVERYBODY;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Refusal.unauthorised();
        }
        byte[] borne = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        Tenant tenant = null;
        // All are compared, each in a time that does not depend on where they differ.
        for (BearerToken token : tokens) {
            if (MessageDigest.isEqual(token.secret().getBytes(StandardCharsets.UTF_8), borne)) {
                tenant = token.tenant();
            }
        }
        if (tenant == null) {
            throw Refusal.unauthorised();
        }
        return tenant;
    }
}
