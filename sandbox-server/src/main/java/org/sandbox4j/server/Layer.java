package org.sandbox4j.server;

import java.util.Optional;

/**
 * One step of making a tree from archives on disk: remove some paths, then lay an archive over what is left.
 *
 * @param archive digest of the archive
 * @param deletions digest of the list of paths
 */
record Layer(String archive, Optional<String> deletions) {
    String text() {
        return archive + deletions.map(digest -> ":" + digest).orElse("");
    }

    static Layer parse(String text) {
        String[] parts = text.split(":", 2);
        return new Layer(parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty());
    }
}
