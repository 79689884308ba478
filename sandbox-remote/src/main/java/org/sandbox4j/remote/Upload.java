package org.sandbox4j.remote;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;

/**
 * The environment that a request brings along: a tar archive compressed with gzip, as
 * {@link org.sandbox4j.protocol.archive.ArchiveWriter} writes it. Immutable.
 *
 * <p>With a saved environment, the upload wins where both have the same name, provided that the names are spelt alike, without a
 * leading {@code ./}. Servers fail to merge the two (status 500) when a symbolic link does not lead to a member of the same
 * archive, or when a name is a directory in one of them and no directory in the other. Nothing can be deleted in this way.
 */
public final class Upload {
    interface Source {
        BodyPublisher open() throws FileNotFoundException;
    }

    private final Source source;

    private Upload(Source source) {
        this.source = source;
    }

    /**
     * Uploads a file, which is streamed and must not change until the call has ended.
     *
     * @param archive the archive on this host
     * @return the upload
     */
    public static Upload of(Path archive) {
        return new Upload(() -> BodyPublishers.ofFile(archive));
    }

    /**
     * Uploads an archive that is in memory.
     *
     * @param archive the archive's bytes, which are not copied
     * @return the upload
     */
    public static Upload of(byte[] archive) {
        return new Upload(() -> BodyPublishers.ofByteArray(archive));
    }

    BodyPublisher open() throws FileNotFoundException {
        return source.open();
    }
}
