package org.sandbox4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandboxes;
import org.sandbox4j.server.SandboxHttpServer;

/** Runs the examples as a user would, with a backend of this host. */
class ExamplesIT {
    private static final Path SOURCE_JAR = Path.of("target", "sources", "commons-exec-sources.jar");

    @TempDir
    private Path temporary;

    @Test
    void quickStart_sortsInTheSandboxAndSeesNothingOutside() throws Exception {
        assumeSandbox();

        ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of()).run(QuickStart.class);

        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.output().lines())
                .containsExactly("0 [Ada, Grace]", "1 cat: /etc/hostname: No such file or directory");
    }

    @Test
    void hermeticBuild_withEitherBackend_buildsAndIsBlockedSixTimes() throws Exception {
        Map<String, List<String>> outputs = new LinkedHashMap<>();
        for (String backend : List.of("bwrap", "chroot")) {
            assumeSandbox(backend);

            ExampleJvm.Outcome outcome =
                    hermeticBuild(Map.of("JDK_JAVA_OPTIONS", "-Dsandbox4j.backend=" + backend), backend);

            assertThat(outcome.exit()).as(outcome.toString()).isZero();
            outputs.put(
                    backend,
                    outcome.output()
                            .replace(backend, "BACKEND")
                            .replaceAll(" *\\d+", " N")
                            .lines()
                            .toList());
            assertThat(outputs.get(backend).stream().filter(line -> line.startsWith("    blocked")))
                    .hasSize(6);
        }
        assertThat(outputs.get("chroot")).isEqualTo(outputs.get("bwrap"));
    }

    @Test
    void hermeticBuild_attemptThatFailsOnTheHostToo_provesNothing() throws Exception {
        assumeSandbox();

        Path programs = Files.createDirectory(temporary.resolve("programs"));
        Files.createSymbolicLink(programs.resolve("bash"), Path.of("/bin/false"));

        ExampleJvm.Outcome outcome = hermeticBuild(Map.of("PATH", programs + ":" + System.getenv("PATH")), "build");

        assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.output().lines()).last().asString().isEqualTo("    NOT BLOCKED; on the host: exit 1");
        assertThat(outcome.errors()).contains("The build failed, or got out of its sandbox");
    }

    @Test
    void remoteBuild_sendsWhatHasChangedAlone() throws Exception {
        assumeSandbox();
        assumeThat(Path.of(System.getProperty("java.home")))
                .as("Skipped: the server shows commands its /usr, and this JDK is elsewhere.")
                .startsWithRaw(Path.of("/usr"));
        Path directory = Files.createDirectory(temporary.resolve("remote"));

        ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of()).run(RemoteBuild.class, directory, SOURCE_JAR);

        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.output())
                .contains("    commons-exec works")
                .endsWith("The build succeeded on the server, and what it made is here.\n");
        Matcher bytes = Pattern.compile("first run sent ([0-9,]+) bytes, one without changes ([0-9,]+)")
                .matcher(outcome.output());
        assertThat(bytes.find()).as(outcome.output()).isTrue();
        assertThat(number(bytes.group(1))).isGreaterThan(Files.size(SOURCE_JAR) * 9 / 10);
        assertThat(number(bytes.group(2))).isLessThan(4_000);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace(",", ""));
    }

    @Test
    @Tag("any-jdk")
    void fleet_ofThreeServers_answersAllAlthoughOneStops() throws Exception {
        assumeSandbox();
        Path directory = Files.createDirectory(temporary.resolve("fleet"));

        ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of()).run(Fleet.class, directory);

        assertThat(outcome.exit()).as(outcome.toString()).isZero();
        assertThat(outcome.output())
                .containsPattern("east +\\d+ requests, \\d+ polls, at last not reached")
                .endsWith("Every request was answered and recorded, although a server has stopped.\n");
    }

    @Test
    @Tag("any-jdk")
    void fleetQuickStart_remembersWhatRanBefore() throws Exception {
        assumeSandbox();
        try (SandboxHttpServer server = SandboxHttpServer.builder()
                .dataDirectory(temporary.resolve("server"))
                .port(0)
                .start()) {
            for (int run = 1; run <= 2; run++) {
                ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of())
                        .run(FleetQuickStart.class, temporary.resolve("history"), server.url());

                assertThat(outcome.exit()).as(outcome.toString()).isZero();
                assertThat(outcome.output().lines()).contains("42", "server 1 reached: true");
                assertThat(outcome.output().lines().filter(line -> line.endsWith("Z true")))
                        .hasSize(run);
            }
        }
    }

    @Test
    void doctor_exitsWithZeroWhereABackendWorks() throws Exception {
        ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of()).run(Doctor.class);

        assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(sandboxWorks() ? 0 : 1);
        assertThat(outcome.output()).contains(sandboxWorks() ? ": works" : ": does not work here");
    }

    @Test
    void shell_withoutATerminal_readsItsInputAndExitsAsItDoes() throws Exception {
        assumeSandbox();
        Path box = Files.createDirectories(temporary.resolve("box/root")).getParent();

        ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of())
                .run(
                        "echo in $0; cat /etc/hostname; touch /x || exit 7\n",
                        Shell.class,
                        box,
                        "--host-system",
                        "--read-only");

        assertThat(outcome.output()).isEqualTo("in bash\n");
        assertThat(outcome.errors()).contains("/etc/hostname: No such file", "Read-only file system");
        assertThat(outcome.exit()).isEqualTo(7);
    }

    @Test
    void shell_calledWrongly_saysWhy() throws Exception {
        ExampleJvm.Outcome outcome = new ExampleJvm(temporary, Map.of()).run(Shell.class, temporary, "--odd");

        assertThat(outcome.errors())
                .isEqualToNormalizingNewlines("shell: There is no option '--odd'. See bin/shell --help.\n");
        assertThat(outcome.exit()).isEqualTo(2);
    }

    private ExampleJvm.Outcome hermeticBuild(Map<String, String> environment, String name) throws Exception {
        Path directory = Files.createDirectory(temporary.resolve(name));
        return new ExampleJvm(temporary, environment).run(HermeticBuild.class, directory, SOURCE_JAR.toAbsolutePath());
    }

    private static void assumeSandbox(String backend) {
        assumeThat(Sandboxes.diagnose().stream()
                        .anyMatch(diagnosis -> diagnosis.backend().equals(backend) && diagnosis.available()))
                .as("the backend " + backend + " does not work on this host; bin/doctor says why")
                .isTrue();
    }

    private static void assumeSandbox() {
        assumeThat(sandboxWorks())
                .as("no backend works on this host; bin/doctor says why")
                .isTrue();
    }

    private static boolean sandboxWorks() {
        return Sandboxes.diagnose().stream().anyMatch(Sandboxes.Diagnosis::available);
    }
}
