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
 */
record Exchange(HttpServletRequest request, Tenant tenant, List<String> variables) {
    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    Optional<String> mediaType() {
        return header("Content-Type").map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
}
