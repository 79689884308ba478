package org.sandbox4j.local.overlay;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.host.FailedStep;
import org.sandbox4j.local.launch.HelperAnswer;

/** Explains why changes could not be taken over, by what {@code merge.c} says. */
final class MergeFailures {
    private static final String REASON = "merge-failed";
    private static final Pattern LINE = Pattern.compile("^sandbox-merge: \\S+ (\\d+) ", Pattern.MULTILINE);

    private MergeFailures() {}

    static SandboxException thrownAway(Path transaction, HelperAnswer failure) {
        return new SandboxException(
                REASON,
                "What the command changed could not be taken over into the root (" + said(failure)
                        + ") and has been thrown away: the root is as it was before. "
                        + remedy(errno(failure), transaction),
                null);
    }

    static SandboxException stuck(Path transaction, HelperAnswer failure, HelperAnswer undoing) {
        return new SandboxException(
                REASON,
                "What the command changed could neither be taken over into the root (" + said(failure)
                        + ") nor taken back from there (" + said(undoing) + "). It is kept in '" + transaction
                        + "', and taking it back is tried again before the next run, and when the sandbox is opened again. "
                        + remedy(errno(undoing), transaction)
                        + " If it never will be possible, because somebody has replaced the root for instance, delete '"
                        + transaction
                        + "': the root then stays as it is, with some of what the command changed.",
                null);
    }

    private static String said(HelperAnswer answer) {
        return FailedStep.translated(answer.diagnostics().strip());
    }

    private static int errno(HelperAnswer answer) {
        Matcher line = LINE.matcher(answer.diagnostics());
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    private static String remedy(int errno, Path transaction) {
        return switch (errno) {
            case 28, 122 -> "Make room on the file system of '" + transaction + "', and run the command again.";
            case 31 ->
                "A file would have more names, or a directory more subdirectories, than the file system of the root permits. "
                        + "Make fewer.";
            case 1, 13 ->
                "Make the root writable for this user, and see with lsattr that nothing there is immutable or append-only.";
            case 18 -> "Mount nothing in the root while a command runs.";
            default -> "See errno(3) for the number, and let nothing else change the root while a command runs.";
        };
    }
}
