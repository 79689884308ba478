package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose something is: what one tenant keeps and runs, no other one sees. Tells nothing of tokens.
 *
 * @param id the same after a restart; empty where everybody is served
 */
record Tenant(String id) {
    /** Who comes without a token, to a server that needs none. */
    static final Tenant EVERYBODY = new Tenant("");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ID = Pattern.compile("name:" + NAME.pattern() + "|token:[0-9a-f]{32}");

    /** The tenant whose tokens bear a name. */
    static Tenant named(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + PlainText.of(name)
                    + "' cannot be the name of a client. Use up to 64 letters, digits, dots, hyphens and underscores.");
        }
        return new Tenant("name:" + name);
    }

    /** The tenant of a token without a name. Its digest is on disk, the token is not. */
    static Tenant ofToken(String token) {
        MessageDigest digest = EnvironmentStore.sha256();
        digest.update("tenant\0".getBytes(StandardCharsets.UTF_8));
        byte[] bytes = digest.digest(token.getBytes(StandardCharsets.UTF_8));
        return new Tenant("token:" + HexFormat.of().formatHex(bytes, 0, 16));
    }

    /** Reads an id from disk. */
    static Optional<Tenant> parse(String id) {
        return ID.matcher(id).matches() ? Optional.of(new Tenant(id)) : Optional.empty();
    }

    /**
     * Begins a digest of something of this tenant's. The same content of two tenants gets two digests, so that nobody can find
     * out what others have by having it, too.
     */
    MessageDigest digest() {
        MessageDigest digest = EnvironmentStore.sha256();
        if (!id.isEmpty()) {
            digest.update((id + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return digest;
    }
}
