package org.sandbox4j.local.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxException;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.LaunchRequest;
import org.sandbox4j.local.launch.LaunchedProcess;
import org.sandbox4j.local.launch.Launcher;

/** What happens when our program fails, by what it answers. */
class MergeProgramTest {
    private static final HelperAnswer DONE = new HelperAnswer(0, "");
    private static final HelperAnswer WAS_COMPLETE = new HelperAnswer(3, "");
    private static final HelperAnswer FAILED = new HelperAnswer(125, "sandbox-merge: place 31 /root/d");
    private static final HelperAnswer FAILED_OTHERWISE = new HelperAnswer(125, "sandbox-merge: open 0 /root");

    @TempDir
    Path scratch;

    private final List<String> asked = new ArrayList<>();
    private Path transaction;

    @BeforeEach
    void makeTransaction() throws IOException {
        transaction = Files.createDirectory(scratch.resolve("overlay-0"));
    }

    private MergeProgram answering(Map<String, HelperAnswer> answers) {
        Launcher launcher = new Launcher() {
            @Override
            public HelperAnswer ask(List<String> command, byte[] input, Path directory) {
                asked.add(command.get(1));
                return answers.getOrDefault(command.get(1), DONE);
            }

            @Override
            public LaunchedProcess launch(LaunchRequest request) {
                throw new UnsupportedOperationException();
            }

            @Override
            public LaunchedProcess launchHere(LaunchRequest request) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean watchesInOneThread() {
                return false;
            }

            @Override
            public boolean offersTerminals() {
                return false;
            }

            @Override
            public String name() {
                return "scripted";
            }
        };
        return new MergeProgram(transaction, Path.of("/root"), launcher);
    }

    private void commit() throws IOException {
        Files.createFile(transaction.resolve("journal"));
    }

    @Test
    void merge_failsBeforeTheCommit_throwsTheChangesAway() {
        MergeProgram program = answering(Map.of("merge", FAILED));

        assertThatExceptionOfType(SandboxException.class)
                .isThrownBy(program::merge)
                .withMessageContaining("has been thrown away: the root is as it was before")
                .withMessageContaining("Make fewer.");

        assertThat(asked).containsExactly("merge", "discard");
    }

    @Test
    void merge_failsAfterTheCommit_takesTheChangesBack() throws IOException {
        commit();
        MergeProgram program = answering(Map.of("merge", FAILED));

        assertThatExceptionOfType(SandboxException.class)
                .isThrownBy(program::merge)
                .withMessageContaining("has been thrown away: the root is as it was before");

        assertThat(asked).containsExactly("merge", "undo");
    }

    @Test
    void merge_onlyItsRestStays_isComplete() throws IOException {
        commit();
        MergeProgram program = answering(Map.of("merge", FAILED, "undo", WAS_COMPLETE));

        assertThatCode(program::merge).doesNotThrowAnyException();
    }

    @Test
    void merge_canNeitherBeFinishedNorTakenBack_namesTheWayOut() throws IOException {
        commit();
        MergeProgram program = answering(Map.of("merge", FAILED, "undo", FAILED_OTHERWISE));

        assertThatExceptionOfType(SandboxException.class)
                .isThrownBy(program::merge)
                .withMessageContaining("the step 'place' of taking changes over failed at '/root/d'")
                .withMessageContaining("the step 'open' of taking changes over failed at '/root'")
                .withMessageContaining("delete '" + transaction + "'");
    }

    @Test
    void recover_cannotFinish_takesTheChangesBackAndGoesOn() throws IOException {
        MergeProgram program = answering(Map.of("recover", FAILED));
        Files.delete(transaction);

        assertThatCode(program::recover).doesNotThrowAnyException();

        assertThat(asked).containsExactly("recover", "undo");
    }

    @Test
    void recover_canDoNeither_namesTheWayOut() {
        MergeProgram program = answering(Map.of("recover", FAILED, "undo", FAILED_OTHERWISE));

        assertThatExceptionOfType(SandboxException.class)
                .isThrownBy(program::recover)
                .withMessageContaining("delete '" + transaction + "'");
    }
}
