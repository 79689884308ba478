package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxSetupException;

/** Rule 101: what is not the library's own. */
interface OwnershipRules extends Rules {
    /**
     * Rule 101. A scratch directory that the library has not made MUST be refused, and stay as it is. If it fails: is it
     * enough that a directory of that name is there, or that it belongs to this user? Archives make such directories, too.
     */
    @Test
    default void rule101_scratchOfSomebodyElse_isRefusedAndStays() throws IOException {
        Path scratch = staged().directory().resolve("scratch");
        Files.createDirectories(scratch.resolve("overlay-0/0"));
        Files.writeString(scratch.resolve("precious"), "mine");
        Path victim = Files.writeString(staged().outside().resolve("victim"), "kept");
        Files.createSymbolicLink(scratch.resolve("mount-points"), victim);
        TreeSnapshot before = TreeSnapshot.of(scratch);
        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> staged().open())
                .withMessageContaining(scratch.toString())
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
        assertThat(before.changes()).isEmpty();
        assertThat(victim).hasContent("kept");
    }

    /**
     * Rule 101. What the caller has put in the place of the scratch directory MUST stay at {@code close()}. If it fails: is
     * the scratch directory removed by its name alone?
     */
    @Test
    default void rule101_scratchThatWasReplaced_staysAtClose() throws IOException {
        Path scratch = staged().directory().resolve("scratch");
        Sandbox sandbox = staged().open();
        if (Files.isDirectory(scratch)) {
            Files.move(scratch, scratch.resolveSibling("moved"));
        }
        Path precious = Files.writeString(Files.createDirectory(scratch).resolve("precious"), "mine");
        try {
            sandbox.close();
        } catch (SandboxException e) {
            assertThat(e).hasMessageContaining("scratch");
        }
        assertThat(precious).as("a file of the caller's").hasContent("mine");
    }
}
