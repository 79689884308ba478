package org.sandbox4j.server;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host with or without a port, as the header {@code Host} and origins of web pages have it.
 *
 * @param host in lower case and without a dot at its end; an IPv6 address has its brackets
 * @param port the port, if it was given
 */
record Authority(String host, OptionalInt port) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._~%-]+)?]|[^\\s:/?#@\\[\\]\\\\]+)(?::(\\d{0,5}))?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    /** Reads {@code host} or {@code host:port}; nothing, if it is neither. */
    static Optional<Authority> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        String port = matcher.group(2);
        return Optional.of(new Authority(
                host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1) : host,
                port == null || port.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port))));
    }

    /** Tells whether this is an address, so that no name server had a say in where a request went. */
    boolean isAddress() {
        return host.startsWith("[") || IPV4.matcher(host).matches();
    }

    /** Tells whether another one is the same place, when ports that are not given are this one. */
    boolean isSame(Authority other, int defaultPort) {
        return host.equals(other.host) && port.orElse(defaultPort) == other.port.orElse(defaultPort);
    }
}
