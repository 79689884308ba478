package org.sandbox4j.local.overlay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has one transaction merged, finished, taken back or thrown away by our own program: see the head of {@code merge.c}. What
 * cannot be merged to the end is taken back, so that a run has happened or never was.
 */
final class MergeProgram {
    private static final Logger LOG = LoggerFactory.getLogger(MergeProgram.class);

    /** What {@code undo} answers when everything was taken over, and only the rest of the transaction stays. */
    private static final int WAS_COMPLETE = 3;

    private final Path transaction;
    private final Path root;
    private final Launcher launcher;

    MergeProgram(Path transaction, Path root, Launcher launcher) {
        this.transaction = transaction;
        this.root = root;
        this.launcher = launcher;
    }

    /**
     * Takes the changes over.
     *
     * @throws SandboxException if they cannot be
     */
    void merge() {
        HelperAnswer answer = ask("merge", root);
        if (answer.exitCode() == 0) {
            return;
        }
        if (isCommitted()) {
            takeBack(answer);
        } else {
            discard();
            throw MergeFailures.thrownAway(transaction, answer);
        }
    }

    /** Finishes a merge that was cut off, or takes it back. */
    void recover() {
        HelperAnswer answer = ask("recover", root);
        if (answer.exitCode() == 0) {
            return;
        }
        try {
            takeBack(answer);
        } catch (SandboxException e) {
            if (Files.exists(transaction)) {
                throw e;
            }
            LOG.warn("after a run that was cut off: {}", e.getMessage());
        }
    }

    /** Removes the transaction, which must not be committed. */
    void discard() {
        HelperAnswer answer = ask("discard");
        if (answer.exitCode() != 0) {
            LOG.warn("what a run wrote stays at {}: {}", transaction, answer.diagnostics());
        }
    }

    /** Returns only if everything had been taken over in the end. */
    private void takeBack(HelperAnswer failure) {
        HelperAnswer answer = ask("undo", root);
        if (answer.exitCode() == WAS_COMPLETE) {
            LOG.warn("what a run left cannot be removed, and stays in {}: {}", scratch(), failure.diagnostics());
            return;
        }
        throw answer.exitCode() == 0
                ? MergeFailures.thrownAway(transaction, failure)
                : MergeFailures.stuck(transaction, failure, answer);
    }

    /** From the moment that there is a journal, the run has happened. */
    private boolean isCommitted() {
        return Files.exists(transaction.resolve("journal"));
    }

    private HelperAnswer ask(String mode, Path... more) {
        List<String> words = new ArrayList<>(List.of(mode, transaction.toString()));
        for (Path word : more) {
            words.add(word.toString());
        }
        return launcher.help(words, new byte[0], scratch());
    }

    private Path scratch() {
        return Objects.requireNonNull(transaction.getParent(), "scratch");
    }
}
