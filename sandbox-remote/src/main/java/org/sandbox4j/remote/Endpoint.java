package org.sandbox4j.remote;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** The addresses of a server. All of them end with a slash, also those of files. */
record Endpoint(URI base) {
    static Endpoint of(URI server) {
        String scheme = server.getScheme();
        boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!http || server.getHost() == null || server.getRawQuery() != null || server.getRawFragment() != null) {
            throw new IllegalArgumentException("Not the address of a server, such as http://localhost:8000/: "
                    + (server.getRawUserInfo() == null ? server : "one with a user"));
        }
        if (server.getRawUserInfo() != null) {
            // It would be in every message.
            throw new IllegalArgumentException("The address of a server has no user and password: " + server.getHost());
        }
        String text = server.toString();
        return new Endpoint(URI.create(text.endsWith("/") ? text : text + "/"));
    }

    URI at(String name) {
        return base.resolve(name + "/");
    }

    URI environment(UUID id) {
        return at("environments/" + id);
    }

    URI file(UUID id, String path) {
        List<String> names = List.of(path.split("/", -1));
        if (names.contains("") || names.contains(".") || names.contains("..")) {
            throw new IllegalArgumentException("Not the path of a file, as archives have it: '" + path + "'");
        }
        return at("files/" + id + "/" + encoded(path));
    }

    /** All but letters, digits and what has no meaning in addresses; servers decode it before they look for slashes. */
    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = octet == '/' || "-._~".indexOf(octet) >= 0 || isAlphanumeric(octet);
            encoded.append(plain ? Character.toString(octet) : String.format("%%%02X", octet));
        }
        return encoded.toString();
    }

    private static boolean isAlphanumeric(byte octet) {
        return octet > 0 && octet < 0x7F && Character.isLetterOrDigit(octet);
    }
}
