package org.sandbox4j.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the endpoint for a path and method. Paths are matched after decoding, as a whole, and without any tolerance: a final
 * slash that is missing makes another path.
 */
final class Router {
    private static final List<String> ORDER = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

    private record Route(Pattern path, Map<String, Endpoint> endpoints) {}

    /**
     * An endpoint that was found.
     *
     * @param endpoint the endpoint
     * @param variables what the groups of its path matched
     */
    record Match(Endpoint endpoint, List<String> variables) {}

    private final List<Route> routes = new ArrayList<>();

    /** Adds an endpoint; one for GET answers HEAD, too. */
    Router add(String method, String path, Endpoint endpoint) {
        Pattern pattern = Pattern.compile(path);
        Optional<Route> route = routes.stream()
                .filter(known -> known.path.pattern().equals(path))
                .findFirst();
        if (route.isEmpty()) {
            route = Optional.of(new Route(pattern, new LinkedHashMap<>()));
            routes.add(route.get());
        }
        route.get().endpoints.put(method, endpoint);
        return this;
    }

    /**
     * Finds an endpoint.
     *
     * @param path decoded
     * @throws Refusal with status 404 or 405
     */
    Match find(String method, String path) {
        for (Route route : routes) {
            Matcher matcher = route.path.matcher(path);
            if (matcher.matches()) {
                List<String> variables = IntStream.rangeClosed(1, matcher.groupCount())
                        .mapToObj(matcher::group)
                        .toList();
                return new Match(endpoint(route, method), variables);
            }
        }
        throw Refusal.noSuchPage();
    }

    private static Endpoint endpoint(Route route, String method) {
        Endpoint endpoint = route.endpoints.get(method.equals("HEAD") ? "GET" : method);
        if (endpoint != null) {
            return endpoint;
        }
        String allow = allow(route);
        int status = method.equals("OPTIONS") ? 200 : 405;
        return exchange -> Answer.empty(status)
                .with("Content-Type", "text/html; charset=utf-8")
                .with("Allow", allow);
    }

    private static String allow(Route route) {
        Stream<String> implied =
                route.endpoints.containsKey("GET") ? Stream.of("HEAD", "OPTIONS") : Stream.of("OPTIONS");
        return Stream.concat(route.endpoints.keySet().stream(), implied)
                .sorted((one, other) -> Integer.compare(ORDER.indexOf(one), ORDER.indexOf(other)))
                .collect(Collectors.joining(", "));
    }
}
