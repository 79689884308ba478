package org.sandbox4j.server;

/**
 * What a client shows. Its text shows no token.
 *
 * @param secret the token
 * @param tenant who bears it
 */
record BearerToken(String secret, Tenant tenant) {
    @Override
    public String toString() {
        return "BearerToken[" + tenant.id() + "]";
    }
}
