package org.sandbox4j.local.tree;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.host.HostErrors;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launcher;

/**
 * Gives a tree files of its own in place of those that are hard-linked from outside, so that nothing that happens in the tree
 * reaches a cache. Content, mode, owner, times, extended attributes, access control lists, and the links among the tree's own
 * names stay as they are, and a crash at any moment leaves a tree that reads the same: {@code detach.c}. For one thread at a
 * time.
 */
final class LinkBreaker {
    private static final Pattern COPIED = Pattern.compile("^sandbox-detach: copied (\\d+)$", Pattern.MULTILINE);
    private static final Pattern FAILURE = Pattern.compile("^sandbox-merge: (\\S+) (\\d+) ?(.*)$", Pattern.MULTILINE);
    private static final int EAGAIN = 11;
    private static final int EXDEV = 18;
    private static final int EMFILE = 24;
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;

    /** What {@code detach} says when it looked again and again and found something new each time. */
    private static final String TREE_CHANGES = "links";

    private final Path root;
    private final Path scratch;
    private final Launcher launcher;
    private final Map<String, Boolean> linksAreUsual = new HashMap<>();

    /**
     * Takes a root.
     *
     * @param root the root, a path that is the caller's own
     * @param scratch a directory of ours on the same file system
     * @param launcher starts the program that copies
     */
    LinkBreaker(Path root, Path scratch, Launcher launcher) {
        this.root = root;
        this.scratch = scratch;
        this.launcher = launcher;
    }

    /**
     * Replaces the files below a directory that have names outside of it by copies.
     *
     * @return how many files were copied
     * @throws SandboxSetupException if that cannot be done; each name then has the original or the copy
     */
    int breakLinks(String directory) {
        HelperAnswer answer = launcher.help(
                List.of("detach", root.toString(), directory.substring(1), scratch.toString()), new byte[0], scratch);
        Matcher copied = COPIED.matcher(answer.diagnostics());
        if (answer.exitCode() != 0 || !copied.find()) {
            throw failure(answer);
        }
        return Integer.parseInt(copied.group(1));
    }

    /**
     * Does the same, unless there was no such file when it was done first: who stages by links does so from the beginning.
     *
     * @return how many files were copied
     */
    int breakLinksWhereTheyAreUsual(String directory) {
        if (!linksAreUsual.getOrDefault(directory, true)) {
            return 0;
        }
        int copied = breakLinks(directory);
        linksAreUsual.merge(directory, copied > 0, Boolean::logicalOr);
        return copied;
    }

    private static SandboxSetupException failure(HelperAnswer answer) {
        Matcher failure = FAILURE.matcher(answer.diagnostics());
        return failure.find()
                ? failure(failure.group(1), Integer.parseInt(failure.group(2)), failure.group(3))
                : new SandboxSetupException(
                        "Cannot look for files of the root that are linked from outside: our program ended with "
                                + answer.exitCode() + " and said '" + answer.diagnostics()
                                + "'. Free memory, or raise the limit of "
                                + "processes (ulimit -u).");
    }

    private static SandboxSetupException failure(String word, int errno, String path) {
        if (errno == EMFILE) {
            return new SandboxSetupException("no-descriptors", cannot(path) + HostErrors.lackOfDescriptors(), null);
        }
        if (errno == EAGAIN && !word.equals(TREE_CHANGES)) {
            return new SandboxSetupException(
                    "fork-refused",
                    cannot(path)
                            + "the kernel refuses another process. Raise the limit of processes (ulimit -u, or of the "
                            + "control group), or run fewer sandboxes at once.",
                    null);
        }
        if (word.equals("closed")) {
            return new SandboxSetupException("Cannot make sure that nothing in '" + path
                    + "' of the root is hard-linked from outside: the directory is closed, but commands could open it. Make it "
                    + "readable (chmod u+rx), or run with ROOT_READ_ONLY.");
        }
        return new SandboxSetupException(cannot(path)
                + switch (errno) {
                    case EAGAIN -> "the tree changes all the time. Stop what changes it.";
                    case EXDEV ->
                        "it and the scratch directory beside the root are on different mounts. Mount the whole "
                                + "sandbox directory instead of the root, or of something in it.";
                    case ENOSPC, EDQUOT -> "the disk or the quota is full. Make room, or run with ROOT_READ_ONLY.";
                    default ->
                        "'" + word + "' failed with error " + errno
                                + ", see errno(3). The root and the scratch directory must "
                                + "be readable and writable for this user, and no other program may change them meanwhile.";
                });
    }

    private static String cannot(String path) {
        return "Cannot replace '" + path + "' of the root, which is hard-linked from outside, by a copy: ";
    }
}
