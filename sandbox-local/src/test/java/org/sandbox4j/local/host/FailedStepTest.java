package org.sandbox4j.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users read sentences, not the lines of our own program. */
class FailedStepTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sandbox-enter: pivot 1 | changing to the sandbox's root with pivot_root(2) failed: Operation not permitted (EPERM)",
                "sandbox-enter: root 2 /srv/a b | mounting the sandbox's root failed at '/srv/a b': No such file or directory (ENOENT)",
                "sandbox-merge: open 30 /srv | the step 'open' of taking changes over failed at '/srv': Read-only file system (EROFS)",
                "sandbox-stage: user 28 | making a user namespace failed: No space left on device (ENOSPC)",
                "sandbox-enter: tmpfs 99 /tmp | mounting a file system in memory failed at '/tmp': error 99, see errno(3)",
                "sandbox-enter: memory 12 | getting memory failed: Cannot allocate memory (ENOMEM)",
                "sandbox-stage: overlay 0 /srv | mounting the overlay of the root failed at '/srv': it is not what it was a moment before",
            })
    void sentence_knownStep_saysWhatFailedWhereAndWhy(String line, String sentence) {
        assertThat(FailedStep.translated(line)).isEqualTo(sentence);
    }

    @Test
    void sentence_unknownStep_keepsTheLineInParentheses() {
        assertThat(FailedStep.translated("sandbox-enter: frob 5 /x"))
                .isEqualTo(
                        "a step of the sandbox's own program (sandbox-enter: frob 5 /x) failed at '/x': Input/output error (EIO)");
    }

    @Test
    void translated_linesOfOthers_stayAsTheyAre() {
        assertThat(FailedStep.translated("unshare: odd $1\nsandbox-enter: fork 11 \nend"))
                .isEqualTo(
                        "unshare: odd $1\nstarting the first process of the sandbox failed: Resource temporarily unavailable (EAGAIN)\nend");
    }
}
