package org.sandbox4j.remote.fleet;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** What names and addresses of servers must be like. */
final class ServerFields {
    static final int MAX_NAME_LENGTH = 256;
    static final int MAX_URL_LENGTH = 2048;

    private ServerFields() {}

    static String name(String name) {
        if (name.isBlank()) {
            throw new InvalidServerException("name", "The name of a server must not be blank.");
        }
        if (name.length() > MAX_NAME_LENGTH) {
            throw new InvalidServerException(
                    "name",
                    "The name of a server has at most " + MAX_NAME_LENGTH + " characters, not " + name.length() + ".");
        }
        if (name.chars().anyMatch(Character::isISOControl) || !Texts.isWhole(name)) {
            throw new InvalidServerException(
                    "name", "The name of a server has no control characters and no halves of surrogate pairs.");
        }
        return name;
    }

    /** The same server has the same address: lower case, no default port, no dots, a slash at the end, other letters as %XX. */
    static URI url(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
            throw new InvalidServerException(
                    "url", "The url of a server is like http://localhost:8000/, not '" + withoutUser(url) + "'.");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new InvalidServerException(
                    "url", "The url of a server has no user, query or fragment: '" + withoutUser(url) + "'.");
        }
        URI normalised = normalised(scheme, url);
        if (normalised.toString().length() > MAX_URL_LENGTH) {
            throw new InvalidServerException(
                    "url", "The url of a server has at most " + MAX_URL_LENGTH + " characters.");
        }
        return normalised;
    }

    private static URI normalised(String scheme, URI url) {
        int standard = scheme.equals("http") ? 80 : 443;
        String port = url.getPort() < 0 || url.getPort() == standard ? "" : ":" + url.getPort();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String text = scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + path;
        try {
            URI whole = new URI(text.endsWith("/") ? text : text + "/").normalize();
            return URI.create(whole.toASCIIString());
        } catch (URISyntaxException e) {
            throw new InvalidServerException("url", "The url of a server is no address: " + e.getMessage());
        }
    }

    /** Messages must not show a password. */
    private static String withoutUser(URI url) {
        return url.toString().replaceFirst("//[^/@]*@", "//***@");
    }
}
