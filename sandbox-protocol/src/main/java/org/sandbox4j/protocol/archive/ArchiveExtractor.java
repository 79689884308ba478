package org.sandbox4j.protocol.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;

/**
 * Extracts archives of unknown origin. Immutable and thread-safe.
 *
 * <p>All or nothing: the tree grows in a directory that only this user can enter, beside the target, and is then renamed.
 * Nothing outside is read, made or changed, and after a failure nothing is left, unless the JVM is killed: then a directory
 * {@code .extract-*} stays.
 *
 * <p>Files, directories, symbolic links and hard links among files of the archive are made, with the permissions and times that
 * they have there; times are not set for symbolic links, nor for directories that are only parts of paths. Setuid, setgid and
 * sticky bits, owners and extended attributes are left out. Links are placed, with any text, and never followed: whoever uses
 * the tree must not follow them either.
 *
 * <p>Refused are: paths that are absolute or have {@code ..} in them; names that are no UTF-8, unless they are to
 * be accepted, or have U+FFFD in them; a name that
 * occurs twice, which includes names that the file system takes for the same, such as those in upper and lower case on some;
 * a top that is no directory;
 * members below links or files; devices, fifos and other kinds, unless they are to be skipped; sparse files; headers with a wrong
 * checksum; what goes beyond the limits, damaged or incomplete archives, and anything after their end. Absolute paths in extended headers, where a leading slash
 * is removed, end up inside.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13">pax, extended tar format</a>
 */
public final class ArchiveExtractor {
    private final ArchiveLimits limits;
    private final boolean skipSpecial;
    private final boolean anyNames;

    private ArchiveExtractor(ArchiveLimits limits, boolean skipSpecial, boolean anyNames) {
        this.limits = limits;
        this.skipSpecial = skipSpecial;
        this.anyNames = anyNames;
    }

    /**
     * Returns an extractor with {@link ArchiveLimits#DEFAULT} that refuses devices, fifos and the like.
     *
     * @return the extractor
     */
    public static ArchiveExtractor create() {
        return new ArchiveExtractor(ArchiveLimits.DEFAULT, false, false);
    }

    /**
     * Returns the same extractor with other limits.
     *
     * @param newLimits how large archives may be
     * @return the new extractor
     */
    public ArchiveExtractor withLimits(ArchiveLimits newLimits) {
        return new ArchiveExtractor(newLimits, skipSpecial, anyNames);
    }

    /**
     * Returns the same extractor that leaves out devices, fifos and the like instead of refusing the archive.
     *
     * @return the new extractor
     */
    public ArchiveExtractor skippingSpecialFiles() {
        return new ArchiveExtractor(limits, true, anyNames);
    }

    /**
     * Returns the same extractor that takes names that are no UTF-8, as {@link ArchiveWriter#keepingAnyNames()} writes them.
     *
     * @return the new extractor
     */
    public ArchiveExtractor acceptingAnyNames() {
        return new ArchiveExtractor(limits, skipSpecial, true);
    }

    /**
     * Extracts an archive.
     *
     * @param archive a tar archive compressed with gzip, read to its end but not closed
     * @param target where the tree is to be; it must not exist, its parent must, on a path that nobody else can change
     * @return how much it was
     * @throws ArchiveException if the archive is refused
     * @throws java.nio.file.FileAlreadyExistsException if there is something at the target
     * @throws IOException if reading the archive or making the tree fails
     */
    public ArchiveSummary extract(InputStream archive, Path target) throws IOException {
        try (TarGzReader reader = new TarGzReader(archive, limits, anyNames);
                FreshPlace place = FreshPlace.beside(target)) {
            try (TreeBuilder builder = new TreeBuilder(place, limits)) {
                for (Member member = reader.next(); member != null; member = reader.next()) {
                    if (member.kind() != Member.Kind.SPECIAL) {
                        builder.place(member, reader);
                    } else if (!skipSpecial) {
                        throw ArchiveException.at(
                                member.name().text(), Problem.TYPE, "it is no file, directory or link.");
                    }
                }
                builder.finish();
            }
            place.publish();
            return reader.summary();
        }
    }
}
