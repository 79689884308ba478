package org.sandbox4j.server;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns away what a web page of somebody else makes its visitor's browser send, which reaches servers that strangers cannot
 * reach. Programs that are no browser send none of what is looked at but {@code Host}.
 */
final class SiteCheck {
    private static final Pattern ORIGIN = Pattern.compile("(https?)://(.+)", Pattern.CASE_INSENSITIVE);

    /** Of a page of this server, or what a user typed. */
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final OwnNames names;
    private final List<Authority> allowed;

    SiteCheck(OwnNames names, List<Authority> allowed) {
        this.names = names;
        this.allowed = List.copyOf(allowed);
    }

    /** Throws a {@link Refusal} if a page of somebody else is behind a request. */
    void check(HttpServletRequest request) {
        check(values(request, "Host"), values(request, "Origin"), values(request, "Sec-Fetch-Site"));
    }

    private static List<String> values(HttpServletRequest request, String header) {
        return Collections.list(request.getHeaders(header));
    }

    /** Takes all values of each header, as each might be the one that counts for somebody. */
    void check(List<String> hosts, List<String> origins, List<String> sites) {
        // Old clients send no Host, browsers always do.
        List<String> given = hosts.stream().filter(host -> !host.isBlank()).toList();
        for (String host : given) {
            if (Authority.parse(host).filter(names::include).isEmpty()) {
                throw Refusal.forbidden(
                        "foreign-host",
                        "The request is for '" + PlainText.of(host) + "', which is not known as a name of this server."
                                + " If it is one, start the server with --allow-host NAME.");
            }
        }
        Optional<Authority> here = given.stream().findFirst().flatMap(Authority::parse);
        for (String origin : origins) {
            if (!isOwn(origin, here)) {
                throw Refusal.forbidden(
                        "foreign-origin",
                        "The request comes from a web page of '" + PlainText.of(origin)
                                + "', which is not this server. If it is, behind a proxy, start the server with"
                                + " --allow-host NAME, or NAME:PORT.");
            }
        }
        for (String site : sites) {
            if (!OWN_SITES.contains(site)) {
                throw Refusal.forbidden(
                        "foreign-site",
                        "A web page of another site is behind the request (Sec-Fetch-Site: " + PlainText.of(site)
                                + "). Pages of other sites may not use this server.");
            }
        }
    }

    private boolean isOwn(String origin, Optional<Authority> here) {
        Matcher matcher = ORIGIN.matcher(origin);
        Optional<Authority> page = matcher.matches() ? Authority.parse(matcher.group(2)) : Optional.empty();
        if (page.isEmpty()) {
            return false;
        }
        int defaultPort = matcher.group(1).equalsIgnoreCase("https") ? 443 : 80;
        return here.filter(host -> host.isSame(page.get(), defaultPort)).isPresent()
                || allowed.stream().anyMatch(host -> host.isSame(page.get(), defaultPort));
    }
}
