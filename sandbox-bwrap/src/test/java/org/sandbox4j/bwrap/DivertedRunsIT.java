package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.sandbox4j.testkit.SandboxAssertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sandbox4j.ArtifactProtection;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxBuilder;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxException;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.testkit.Programs;
import org.sandbox4j.testkit.TreeSnapshot;

/** Runs whose changes are diverted and merged: together, one after the other, thrown away, and cut off by a killed JVM. */
@Tag("any-jdk")
class DivertedRunsIT extends LauncherTests {
    private static final int KILLS = Integer.getInteger("sandbox4j.tests.kills", 12);
    private static final int FILES = 150;

    DivertedRunsIT(String launcher) {
        super(launcher);
    }

    private static SandboxCommand.Builder sh(String script) {
        return Programs.sh(script).toBuilder();
    }

    /** Also for ordinary users, for whom it is not the default. */
    private static SandboxBuilder diverted(SandboxBuilder builder) {
        return builder.artifactProtection(ArtifactProtection.OVERLAY);
    }

    private Path artifact(String path) throws IOException {
        Path cached = Files.writeString(staging.beside("cached"), "of the cache");
        Path name = staging.root().resolve(path);
        Files.createDirectories(name.getParent());
        return Files.createLink(name, cached);
    }

    @ParameterizedTest
    @EnumSource
    void execute_whateverTheProtection_changesTheTreeAndNotTheCache(ArtifactProtection protection) throws Exception {
        Path name = artifact("lib/artifact");
        Files.writeString(staging.root().resolve("lib/gone"), "");
        Sandbox sandbox = staging.open(builder -> builder.artifactProtection(protection));

        assertThat(sandbox.execute(
                        sh("cd /lib; echo more >> artifact; rm gone; mkdir d; echo new > d/file; chmod 700 d")
                                .build()))
                .succeeded();

        assertThat(name).content().isEqualTo("of the cachemore\n");
        assertThat(staging.beside("cached")).hasContent("of the cache");
        assertThat(staging.root().resolve("lib/gone")).doesNotExist();
        assertThat(staging.root().resolve("lib/d/file")).hasContent("new");
        assertThat(Files.getPosixFilePermissions(staging.root().resolve("lib/d")))
                .hasSize(3);
        assertThat(transactions()).as("what is left of the diversion").isEmpty();
    }

    /** An artifact mark below a plain one, the reverse, and one in another of its kind, all in one run. */
    @Test
    void execute_nestedMarks_eachTakesItsChanges() throws Exception {
        Path inner = artifact("plain/artifact/file");
        Path outer = Files.createDirectories(staging.root().resolve("outer/between/inner"));
        Files.createLink(outer.resolve("file"), staging.beside("cached"));
        Sandbox sandbox = staging.open();
        sandbox.markDirectory("/plain", false);
        sandbox.markDirectory("/plain/artifact", true);
        sandbox.markDirectory("/outer", true);
        sandbox.markDirectory("/outer/between", false);
        sandbox.markDirectory("/outer/between/inner", true);

        assertThat(sandbox.execute(sh("for d in /plain /plain/artifact /outer /outer/between /outer/between/inner; do"
                                + " echo $d > $d/new || exit 1; done; echo x > /plain/artifact/file;"
                                + " echo x > /outer/between/inner/file; ! echo > /elsewhere")
                        .flags(SandboxFlags.ROOT_READ_ONLY)
                        .build()))
                .succeeded();

        for (String mark : List.of("plain", "plain/artifact", "outer", "outer/between", "outer/between/inner")) {
            assertThat(staging.root().resolve(mark).resolve("new")).hasContent("/" + mark);
        }
        assertThat(inner).hasContent("x");
        assertThat(outer.resolve("file")).hasContent("x");
        assertThat(staging.beside("cached")).hasContent("of the cache");
    }

    @Test
    void rollbackOnFailure_failingCommand_leavesTheTree() throws Exception {
        Path name = artifact("out/artifact");
        Files.setLastModifiedTime(name.getParent(), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
        Sandbox sandbox = staging.open();
        sandbox.markDirectory("/out");
        String script = "cd /out; echo x >> artifact; mkdir new; rm -f artifact; ";

        for (SandboxFlags[] flags : new SandboxFlags[][] {{}, {SandboxFlags.ROOT_READ_ONLY}}) {
            assertThat(sandbox.execute(sh(script + "exit 7")
                            .flags(flags)
                            .rollbackOnFailure()
                            .build()))
                    .exitedWith(7);
            assertThat(sandbox.execute(sh(script + "kill -9 $$")
                                    .flags(flags)
                                    .rollbackOnFailure()
                                    .build())
                            .exitCode())
                    .isEqualTo(137);
            assertThat(name).hasContent("of the cache");
            assertThat(staging.root().resolve("out/new")).doesNotExist();
            assertThat(Files.getLastModifiedTime(name.getParent()).toMillis()).isEqualTo(1_000_000);
        }
        assertThat(sandbox.execute(
                        sh(script + "echo new > artifact").rollbackOnFailure().build()))
                .succeeded();
        assertThat(name).hasContent("new");
    }

    /** A rename of a directory that was there before, as git and dpkg do it: rename(2), without a copy when it fails. */
    @Test
    void execute_renamedDirectory_isOneForEverybody() throws Exception {
        Files.createDirectories(staging.root().resolve("d/sub"));
        Files.writeString(staging.root().resolve("d/sub/file"), "content");
        Sandbox sandbox = staging.open();

        assertThat(sandbox.execute(sh("mv /d /e && ls -i /e/sub/file > /inode").build()))
                .succeeded();

        assertThat(staging.root().resolve("e/sub/file")).hasContent("content");
        assertThat(staging.root().resolve("d")).doesNotExist();
    }

    /** Links that were made in one run are links in the next one, while it goes on and after it. */
    @Test
    void execute_linksOfAnEarlierRun_stayLinked() throws Exception {
        Sandbox sandbox = staging.open();
        assertThat(sandbox.execute(sh("echo 1 > /a; ln /a /b").build())).succeeded();

        assertThat(sandbox.execute(sh("echo 2 >> /a; cat /b").build()))
                .succeeded()
                .wrote("1\n2\n");

        assertThat(staging.root().resolve("b")).hasContent("1\n2");
        assertThat(Files.getAttribute(staging.root().resolve("b"), "unix:ino"))
                .isEqualTo(Files.getAttribute(staging.root().resolve("a"), "unix:ino"));
    }

    /** The overlay has another inode in the place of each, by which nobody would be found. */
    @Test
    void execute_socketsOfTheHost_leadToIt() throws Exception {
        Sandbox sandbox = staging.open(DivertedRunsIT::diverted);
        Files.createDirectories(staging.root().resolve("a/b"));
        UnixDomainSocketAddress ended =
                UnixDomainSocketAddress.of(staging.root().resolve("ended"));
        UnixDomainSocketAddress live = UnixDomainSocketAddress.of(staging.root().resolve("a/b/live"));
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(ended).close();
        try (ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(live)) {
            Object inode = Files.getAttribute(live.getPath(), "unix:ino");
            assertThat(sandbox.execute(sh("stat -c %i /a/b/live; rm /ended || exit 3; ! rm /a/b/live 2> /dev/null")
                            .build()))
                    .succeeded()
                    .wrote(inode + "\n");
            assertThat(server.isOpen()).isTrue();
        }
        assertThat(ended.getPath()).doesNotExist();
        assertThat(live.getPath()).exists();
    }

    /** An overlay shows another pipe than the host's, but commands can do with it what they like. */
    @Test
    void execute_pipesOfAnEarlierRun_canBeRemoved() throws Exception {
        Sandbox sandbox = staging.open(DivertedRunsIT::diverted);
        assertThat(sandbox.execute(sh("mkdir /d && mkfifo /p /d/q").build())).succeeded();

        assertThat(sandbox.execute(sh("rm -r /d && mv /p /r && rm /r").build())).succeeded();

        assertThat(staging.root().resolve("d")).doesNotExist();
        assertThat(staging.root().resolve("p")).doesNotExist();
    }

    /** A process that was started works in place: what it writes is seen while it runs, by others and by the caller. */
    @Test
    void start_besideExecute_sharesTheTree() throws Exception {
        Sandbox sandbox = staging.open();
        try (SandboxProcess server =
                sandbox.start(sh("echo up > /state; while [ ! -e /stop ]; do usleep 1000; done; cat /stop")
                        .build())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Files.exists(staging.root().resolve("state")));

            assertThat(sandbox.execute(
                            sh("cat /state; echo stopped > /stop.new").build()))
                    .succeeded()
                    .wrote("up\n");
            Files.move(staging.root().resolve("stop.new"), staging.root().resolve("stop"));

            assertThat(server.waitFor(Duration.ofSeconds(30))).isPresent();
            assertThat(new String(server.stdout().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("stopped\n");
        }
    }

    /** Its init program may have been moving a directory, which would be left in two halves. */
    @Test
    void execute_sandboxKilledFromOutside_leavesTheTree() throws Exception {
        Sandbox sandbox = staging.open(DivertedRunsIT::diverted);
        TreeSnapshot root = TreeSnapshot.of(staging.root()).ignoringTimesOf("/");
        CompletableFuture<?> run = CompletableFuture.supplyAsync(
                () -> executed(sandbox, sh("echo half > /half; sleep 1000").build()));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> transactions().stream().anyMatch(one -> Files.exists(one.resolve("0/upper/half"))));

        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> run.get(30, TimeUnit.SECONDS))
                .withMessageContaining("killed from outside")
                .withMessageContaining("thrown away");
        assertThat(root.changes()).isEmpty();
    }

    @Test
    void close_whileARunWaitsForAnother_endsBoth() throws Exception {
        Sandbox sandbox = staging.open(DivertedRunsIT::diverted);
        SandboxCommand waiting = sh("echo > /running; sleep 1000").build();
        CompletableFuture<?> first = CompletableFuture.supplyAsync(() -> executed(sandbox, waiting));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !transactions().isEmpty());
        CompletableFuture<?> second = CompletableFuture.supplyAsync(() -> executed(sandbox, waiting));

        sandbox.close();

        for (CompletableFuture<?> run : List.of(first, second)) {
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> run.get(30, TimeUnit.SECONDS))
                    .withCauseInstanceOf(RuntimeException.class);
        }
    }

    private static Object executed(Sandbox sandbox, SandboxCommand command) {
        try {
            return sandbox.execute(command);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the number of the run into every file, and ends with a transaction of all of them. */
    static final class Generations implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            try (Sandbox sandbox =
                    diverted(Staging.builder(Path.of(arguments.get(0)))).open()) {
                for (int generation = 1; ; generation++) {
                    SandboxCommand command = Programs.sh("cd /files; for f in *; do echo " + generation + " > $f; done;"
                            + " rm -rf /dirs; mkdir -p /dirs/" + generation);
                    assertThat(sandbox.execute(command)).succeeded();
                }
            }
        }
    }

    /** Whatever a killed JVM was doing, the next one finds the tree of one run, and never of two. */
    @Test
    void open_afterAJvmWasKilledAtAnyMoment_findsTheTreeOfOneRun() throws Exception {
        Path files = Files.createDirectories(staging.root().resolve("files"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(files.resolve("f" + i), "0\n");
        }
        Files.createDirectories(staging.root().resolve("dirs/0"));
        Random random = new Random(42);
        Set<String> generations = new HashSet<>();
        int longest = 400;
        for (int kill = 0; kill < KILLS; kill++) {
            Path output = staging.beside("output-" + kill);
            Process jvm = ChildJvm.withLauncher(launcher).start(output, Generations.class, staging.directory());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !transactions().isEmpty() || !jvm.isAlive());
            assertThat(jvm.isAlive()).as(Files.readString(output)).isTrue();
            jvm.waitFor(random.nextInt(longest), TimeUnit.MILLISECONDS);
            jvm.destroyForcibly().waitFor();

            staging.open().close();

            Set<String> found = contents(files);
            assertThat(found).as("numbers of runs in the files").hasSize(1);
            try (Stream<Path> made = Files.list(staging.root().resolve("dirs"))) {
                assertThat(made.map(directory -> directory.getFileName().toString()))
                        .containsExactlyElementsOf(found);
            }
            // How long a run takes depends on what else the machine does.
            longest = generations.addAll(found) ? longest : Math.min(2 * longest, 10_000);
        }
        assertThat(generations).as("runs that were merged").hasSizeGreaterThan(1);
    }

    /** Lets a command leave no room for the merge's journal, which needs more than the end of a run sets free. */
    static final class FillTheFileSystem implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            Path directory = Path.of(arguments.get(0));
            Staging.stageInto(directory);
            Path root = directory.resolve("root");
            Files.writeString(root.resolve("kept"), "of before");
            try (Sandbox sandbox = Staging.builder(directory)
                    .artifactProtection(ArtifactProtection.OVERLAY)
                    .open()) {
                TreeSnapshot before = TreeSnapshot.of(root).ignoringTimesOf("/");
                SandboxCommand fill = Programs.sh("echo > /kept; seq 20000 | xargs mkdir && ! cat /dev/zero > /fill");

                assertThatExceptionOfType(SandboxException.class)
                        .isThrownBy(() -> sandbox.execute(fill))
                        .withMessageContaining("has been thrown away: the root is as it was before")
                        .satisfies(failure -> assertThat(failure.reason()).isEqualTo("merge-failed"));

                assertThat(before.changes()).isEmpty();
                assertThat(transactionsIn(directory.resolve("scratch"))).isEmpty();
                assertThat(sandbox.execute(Programs.sh("echo more >> /kept; cat /kept")))
                        .succeeded()
                        .wrote("of beforemore\n");
                assertThat(root.resolve("kept")).hasContent("of beforemore");
            }
        }
    }

    @Test
    void execute_noRoomForTheMerge_throwsTheChangesAwayAndSaysSo() throws Exception {
        ChildJvm.withLauncher(launcher)
                .below(ChildJvm.ownMounts())
                .afterScript("mount -t tmpfs -o size=8m none " + staging.directory())
                .run(FillTheFileSystem.class, staging.directory());
    }

    private static Set<String> contents(Path directory) throws IOException {
        Set<String> contents = new HashSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                contents.add(Files.readString(file).strip());
            }
        }
        return contents;
    }

    private List<Path> transactions() throws IOException {
        return transactionsIn(staging.directory().resolve("scratch"));
    }

    private static List<Path> transactionsIn(Path scratch) throws IOException {
        if (!Files.exists(scratch)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(scratch)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("overlay-"))
                    .toList();
        } catch (FileSystemException e) {
            return List.of();
        }
    }
}
