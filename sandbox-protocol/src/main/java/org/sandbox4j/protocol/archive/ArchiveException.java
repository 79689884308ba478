package org.sandbox4j.protocol.archive;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxException;

/** An archive, or a tree to be archived, is refused. Nothing of it was kept. */
public class ArchiveException extends SandboxException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Problem {
        /** It goes beyond one of {@link ArchiveLimits}. */
        LIMIT,
        /** A name leads out of the tree, is no UTF-8, or could not be a file's. */
        NAME,
        /** A member is something else than a file, a directory or a link, or takes the place of one of another kind. */
        TYPE,
        /** A name occurs twice. */
        DUPLICATE,
        /** A hard link leads to nothing that the archive had before, or to something else than a file. */
        LINK,
        /** This is no archive, or it ends early, or something follows it. */
        MALFORMED,
        /** A file changed while it was being read. */
        CHANGED
    }

    /** What is wrong. */
    private final Problem problem;

    ArchiveException(Problem problem, String message) {
        this(problem, message, null);
    }

    ArchiveException(Problem problem, String message, @Nullable Throwable cause) {
        super("archive-" + problem.name().toLowerCase(Locale.ROOT), message, cause);
        this.problem = problem;
    }

    /** Makes an exception about a member whose name, which somebody else chose, is shown cut and without controls. */
    static ArchiveException at(String member, Problem problem, String what) {
        return new ArchiveException(problem, "Refused '" + MemberName.printable(member) + "' in the archive: " + what);
    }

    /**
     * Returns what is wrong.
     *
     * @return the problem
     */
    public Problem problem() {
        return problem;
    }
}
