package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.SandboxSetupException;

/** Which data directories a server refuses, before it does anything there. */
class DataDirectoryTest {
    @TempDir
    Path base;

    private void assertRefused(Path data, String why) {
        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(() -> SandboxHttpServer.builder()
                        .dataDirectory(data)
                        .port(0)
                        .start()
                        .close())
                .withMessageContaining(data.toString())
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
    }

    @Test
    void start_dataDirectoryIsALink_isRefused() throws IOException {
        Path target = Files.createDirectory(base.resolve("target"));
        assertRefused(Files.createSymbolicLink(base.resolve("data"), target), "a link");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void start_dataDirectoryOfAnotherUser_isRefused() throws IOException {
        Path data = Files.createDirectory(base.resolve("data"));
        assumeTrue((Integer) Files.getAttribute(data, "unix:uid") == 0, "only root gives files away");
        Files.setAttribute(data, "unix:uid", 54_321);
        assertRefused(data, "another user (uid 54321)");
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void start_contentThatOthersMayHaveMade_isRefused() throws IOException {
        Path data = Files.createDirectory(base.resolve("data"));
        Path precious =
                Files.writeString(Files.createDirectory(data.resolve("runs")).resolve("precious"), "kept");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertRefused(data, "others may write there");
        assertThat(precious).hasContent("kept");
    }

    @Test
    void start_lockIsALink_isRefused() throws IOException {
        Path data = Files.createDirectory(base.resolve("data"));
        Path target = Files.writeString(base.resolve("target"), "kept");
        Files.createSymbolicLink(data.resolve("lock"), target);
        assertRefused(data, "lock");
        assertThat(target).hasContent("kept");
    }
}
