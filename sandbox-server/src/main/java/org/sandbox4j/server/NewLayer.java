package org.sandbox4j.server;

import java.util.List;

/**
 * A layer that is to be stored.
 *
 * @param archive writes the archive
 * @param deletions paths to remove before
 */
record NewLayer(DurableFiles.Content archive, List<String> deletions) {
    static NewLayer of(DurableFiles.Content archive) {
        return new NewLayer(archive, List.of());
    }
}
