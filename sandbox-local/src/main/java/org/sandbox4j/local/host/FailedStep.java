package org.sandbox4j.local.host;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line in which our own program says what it could not do: see the heads of {@code stage.c}, {@code enter.c} and
 * {@code merge.c}.
 *
 * @param line the line itself, which says nothing to users
 * @param word the instruction or step that failed
 * @param errno why, or 0 if something was not as announced
 * @param path where, or empty
 */
public record FailedStep(String line, String word, int errno, String path) {
    private static final Pattern LINE =
            Pattern.compile("^sandbox-(?:stage|enter|merge): (\\S+) (\\d{1,9})(?: (.*))?$", Pattern.MULTILINE);

    /** Finds the first such line. */
    public static Optional<FailedStep> in(String diagnostics) {
        Matcher matcher = LINE.matcher(diagnostics);
        return matcher.find() ? Optional.of(of(matcher)) : Optional.empty();
    }

    /** Returns what was said with each such line as a sentence, without its full stop. */
    public static String translated(String diagnostics) {
        return LINE.matcher(diagnostics).replaceAll(line -> Matcher.quoteReplacement(of(line).sentence()));
    }

    private static FailedStep of(MatchResult line) {
        String path = line.group(3);
        return new FailedStep(
                line.group().strip(), line.group(1), Integer.parseInt(line.group(2)), path == null ? "" : path.strip());
    }

    /** Returns what failed and why, without a full stop. */
    public String sentence() {
        String where = path.isEmpty() ? "" : " at '" + path + "'";
        return action() + " failed" + where + ": "
                + (errno == 0 ? "it is not what it was a moment before" : ErrorNumber.describe(errno));
    }

    private String action() {
        if (line.startsWith("sandbox-merge:")) {
            return "the step '" + word + "' of taking changes over";
        }
        return switch (word) {
            case "fork", "parent" -> "starting the first process of the sandbox";
            case "memory" -> path.isEmpty() ? "getting memory" : "mounting a file system in memory";
            case "tmpfs" -> "mounting a file system in memory";
            case "root" -> "mounting the sandbox's root";
            case "bind" -> "mounting what is bound from the host";
            case "proc", "processes" -> "mounting /proc";
            case "devpts", "terminals" -> "mounting the terminals";
            case "directory" -> "making a directory in the root";
            case "link" -> "making a link in the root";
            case "cover", "seal", "shield" -> "closing a place of the root to commands";
            case "pivot" -> "changing to the sandbox's root with pivot_root(2)";
            case "hostname" -> "setting the host name";
            case "loopback" -> "bringing the loopback interface up";
            case "become" -> "changing to the command's user in a user namespace";
            case "capabilities" -> "giving the powers of root up";
            case "seccomp" -> "loading the filter of system calls";
            case "cgroup" -> "entering the run's control group";
            case "user" -> "making a user namespace";
            case "mount" -> "making a mount namespace";
            case "overlay" -> "mounting the overlay of the root";
            case "writable" -> "keeping a directory of the root writable";
            case "guard" -> "making the host's files read-only";
            case "execute" -> "executing the next program";
            case "instructions" -> "reading how to set the sandbox up";
            default -> "a step of the sandbox's own program (" + line + ")";
        };
    }
}
