package org.sandbox4j.server;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request.
 *
 * @param request as the HTTP library gives it
 * @param tenant who sent it
 * @param variables what the groups of the route matched, decoded
 * @param memory what it may hold in memory until it is answered
 * @param client who sent it
 */
record Exchange(
        HttpServletRequest request, Tenant tenant, List<String> variables, HeapShare.Part memory, Client client) {
    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    Optional<String> mediaType() {
        return header("Content-Type").map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
}
