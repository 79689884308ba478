package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;

/** What holds for sandboxes on a server, whether it runs the root as root file system or in an image of its own. */
abstract class SandboxesOnServer {
    static final String TOKEN = "0123456789abcdef";
    static final int LARGE = 20 << 20;
    static final Duration SHELL_BUDGET = Duration.ofMinutes(1);

    @TempDir
    private static Path data;

    static SandboxHttpServer server;
    static CountingProxy proxy;

    @TempDir
    Path directory;

    Path root;

    @BeforeAll
    static void start() throws IOException {
        server = SandboxHttpServer.builder()
                .dataDirectory(data.resolve("server"))
                .port(0)
                .token(TOKEN)
                .shellBudget(SHELL_BUDGET)
                .start();
        proxy = new CountingProxy(server.url());
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @BeforeEach
    void stage() throws IOException {
        root = Files.createDirectories(directory.resolve("root"));
    }

    abstract SandboxBuilder builder();

    /** The work directory is the top of the tree. */
    static SandboxCommand sh(String script) {
        return SandboxCommand.of("/bin/sh", "-c", script);
    }

    static void assertSucceeds(Sandbox sandbox, SandboxCommand command) throws InterruptedException {
        SandboxResult result = sandbox.execute(command);
        assertThat(result.succeeded()).as("%s", result).isTrue();
    }

    static List<String> environments() throws Exception {
        return Pattern.compile("\"id\":\"([0-9a-f-]{36})\"")
                .matcher(call("GET", "environments/"))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    static void deleteEnvironments() throws Exception {
        List<String> ids = environments();
        assertThat(ids).isNotEmpty();
        for (String id : ids) {
            assertThat(call("DELETE", "environments/" + id + "/")).isEmpty();
        }
    }

    static String call(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void changes_ofEveryKind_comeBack() throws Exception {
        Files.createDirectories(root.resolve("d/gone/deep"));
        Files.createDirectories(root.resolve("becomes-file"));
        Files.writeString(root.resolve("becomes-directory"), "");
        Files.writeString(root.resolve("mode"), "");
        Files.writeString(root.resolve("one"), "same");
        Files.createLink(root.resolve("two"), root.resolve("one"));
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/no/where"));
        try (Sandbox sandbox = builder().open()) {
            assertSucceeds(
                    sandbox,
                    sh("rm -r d/gone; echo x > d/new; rmdir becomes-file; echo f > becomes-file;"
                            + " rm becomes-directory; mkdir -m 750 becomes-directory; chmod 640 mode;"
                            + " ln -s nowhere link; ln one three; echo more >> two; mkdir -p a/b/c; echo deep > a/b/c/f;"
                            + " touch -d @1000000000.123456 a/b/c/f; echo > '-odd \u00e9 name'"));
            assertThat(root.resolve("d/gone")).doesNotExist();
            assertThat(root.resolve("d/new")).hasContent("x\n");
            assertThat(root.resolve("becomes-file")).hasContent("f\n");
            assertThat(Files.getPosixFilePermissions(root.resolve("becomes-directory")))
                    .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
            assertThat(Files.getPosixFilePermissions(root.resolve("mode")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
            assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(Path.of("nowhere"));
            assertThat(root.resolve("three")).hasContent("samemore\n");
            assertThat(Files.getAttribute(root.resolve("three"), "unix:ino"))
                    .isEqualTo(Files.getAttribute(root.resolve("one"), "unix:ino"));
            assertThat(Files.getLastModifiedTime(root.resolve("a/b/c/f")))
                    .isEqualTo(FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_456_000)));
            assertThat(root.resolve("-odd \u00e9 name")).exists();
            // What came back is what is there on the server, too.
            proxy.sent();
            assertSucceeds(
                    sandbox, sh("grep -q deep a/b/c/f && ! test -e d/gone && test -f becomes-file && test -L link"));
            assertThat(proxy.sent()).isLessThan(40_000);
        }
        assertThat(directory.resolve("scratch")).doesNotExist();
    }

    @Test
    void unchangedTree_isNotSentAgain() throws Exception {
        byte[] noise = new byte[LARGE / 20];
        for (int i = 0; i < 20; i++) {
            new Random(i).nextBytes(noise);
            Files.write(root.resolve("file" + i), noise);
        }
        try (Sandbox sandbox = builder().open()) {
            proxy.sent();
            assertSucceeds(sandbox, sh("test -s file19"));
            long first = proxy.sent();
            assertThat(first).isGreaterThan(LARGE);
            assertSucceeds(sandbox, sh("test -s file19"));
            assertThat(proxy.sent()).isLessThan(first / 100);
            proxy.received();
            assertSucceeds(sandbox, sh("echo changed > file0; rm file1"));
            assertThat(proxy.received()).isLessThan(first / 100);
            assertSucceeds(sandbox, sh("test -s file19 && ! test -e file1 && grep -q changed file0"));
            assertThat(proxy.sent()).isLessThan(2 * first / 100);
            Files.writeString(root.resolve("file2"), "changed here");
            assertSucceeds(sandbox, sh("grep -q 'changed here' file2"));
            assertThat(proxy.sent()).isLessThan(2 * first / 100);
        }
    }

    @Test
    void rollback_leavesTheRoot() throws Exception {
        Files.writeString(root.resolve("f"), "before\n");
        SandboxCommand failing =
                sh("echo after > f; exit 3").toBuilder().rollbackOnFailure().build();
        try (Sandbox sandbox = builder().open()) {
            assertThat(sandbox.execute(failing).exitCode()).isEqualTo(3);
            assertThat(root.resolve("f")).hasContent("before\n");
            assertThat(sandbox.execute(sh("cat f")).stdout().text()).isEqualTo("before\n");
        }
    }
}
