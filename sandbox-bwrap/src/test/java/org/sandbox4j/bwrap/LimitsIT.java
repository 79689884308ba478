package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.sandbox4j.testkit.Programs.sh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxLimitException;
import org.sandbox4j.SandboxProcess;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.SeccompProfile;
import org.sandbox4j.Stdio;
import org.sandbox4j.Termination;
import org.sandbox4j.testkit.Marker;
import org.sandbox4j.testkit.Programs;

/**
 * Commands that use up what they can, with a small C program that the test compiles. What needs a control group is skipped
 * where none can be made, and the other way round; {@link OrdinaryUserContractIT} runs this once more without them.
 */
@Timeout(120)
class LimitsIT extends LauncherTests {
    private static final long MEBIBYTE = 1 << 20;
    private static final Duration SAFETY = Duration.ofSeconds(30);

    @TempDir
    static Path compiled;

    private List<Path> groupsBefore = List.of();

    LimitsIT(String launcher) {
        super(launcher);
    }

    @BeforeAll
    static void compile() throws Exception {
        Path source = compiled.resolve("hog.c");
        try (InputStream resource = LimitsIT.class.getResourceAsStream("hog.c")) {
            Files.copy(resource, source);
        }
        Process compiler = new ProcessBuilder(
                        "gcc", "-static", "-O1", "-o", compiled.resolve("hog").toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor())
                .as("gcc, from the packages gcc and libc6-dev")
                .isZero();
    }

    @BeforeEach
    void stageHog() throws IOException {
        Files.copy(compiled.resolve("hog"), staging.root().resolve("bin/hog"));
        groupsBefore = groups();
    }

    @AfterEach
    void noGroupIsLeft() throws IOException {
        assertThat(groups()).as("control groups of ours").isEqualTo(groupsBefore);
    }

    @Test
    void isolation_whereGroupsCanBeMade_hasLimits() {
        try (Sandbox sandbox = needingGroups()) {
            assertThat(sandbox.isolation()).contains(Isolation.LIMITS);
        }
        assertThat(staging.open(builder -> builder.require(Isolation.LIMITS)).isolation())
                .contains(Isolation.LIMITS);
    }

    @Test
    void memory_ofOneProcess_endsTheRun() throws Exception {
        assertHits(needingGroups(), Resource.MEMORY, limit(Resource.MEMORY, 64 * MEBIBYTE), hog("memory", 4096));
    }

    @Test
    void memory_ofManyProcesses_endsTheRun() throws Exception {
        assertHits(needingGroups(), Resource.MEMORY, limit(Resource.MEMORY, 64 * MEBIBYTE), hog("memories", 400));
    }

    /** The kernel kills the child alone; its parent would go on for ever. */
    @Test
    void memory_ofAChildThatIsNotWaitedFor_endsTheRun() throws Exception {
        SandboxCommand command = sh("hog memory 4096 & while :; do sleep 1; done");

        assertHits(needingGroups(), Resource.MEMORY, limit(Resource.MEMORY, 64 * MEBIBYTE), command);
    }

    @Test
    void memory_inTmp_counts() throws Exception {
        SandboxCommand command = sh("exec dd if=/dev/zero of=/tmp/file bs=1M count=4096");

        assertHits(needingGroups(), Resource.MEMORY, limit(Resource.MEMORY, 64 * MEBIBYTE), command);
    }

    @Test
    void memory_tooLittleForAnything_isNamed() throws Exception {
        assertHits(needingGroups(), Resource.MEMORY, limit(Resource.MEMORY, 4096), hog("memory", 1));
    }

    @Test
    void memory_thatIsEnough_isMeasured() throws Exception {
        SandboxResult result = execute(needingGroups(), limit(Resource.MEMORY, 256 * MEBIBYTE), hog("memory", 100));

        assertThat(result.termination()).isEqualTo(new Termination.Exited(0));
        assertThat(result.usage().peakMemory().orElseThrow()).isBetween(100 * MEBIBYTE, 140 * MEBIBYTE);
    }

    @Test
    void processes_bombs_end() throws Exception {
        assertHits(needingGroups(), Resource.PROCESSES, limit(Resource.PROCESSES, 20), hog("bomb", 0));
        assertHits(
                needingGroups(),
                Resource.PROCESSES,
                limit(Resource.PROCESSES, 20),
                sh("bomb() { bomb | bomb & wait; }; bomb; wait; exit 1"));
    }

    /** The number that was asked for is that of the command's processes, not that of the sandbox's helpers. */
    @Test
    void processes_asManyAsAllowed_run() throws Exception {
        Sandbox sandbox = needingGroups();
        assertThat(execute(sandbox, limit(Resource.PROCESSES, 10), hog("processes", 9))
                        .termination())
                .isEqualTo(new Termination.Exited(0));
        assertHits(sandbox, Resource.PROCESSES, limit(Resource.PROCESSES, 10), hog("processes", 10));
    }

    @Test
    void processes_refusedButCopedWith_isNoFailure() throws Exception {
        SandboxCommand command = sh("hog processes 30; [ $? = 11 ] && exit 0");

        assertThat(execute(needingGroups(), limit(Resource.PROCESSES, 10), command)
                        .termination())
                .isEqualTo(new Termination.Exited(0));
    }

    @Test
    void processes_noneForTheCommand_isNamed() throws Exception {
        assertHits(needingGroups(), Resource.PROCESSES, limit(Resource.PROCESSES, 0), hog("processes", 0));
    }

    @Test
    void cpuTime_ofOneProcess_endsTheRun() throws Exception {
        SandboxResult result = assertHits(
                needingGroups(), Resource.CPU_TIME, time(Resource.CPU_TIME, Duration.ofMillis(300)), hog("burn", 60));

        assertThat(cpu(result)).isBetween(Duration.ofMillis(300), Duration.ofMillis(600));
    }

    @Test
    void cpuTime_ofManyProcesses_endsTheRun() throws Exception {
        SandboxCommand command = sh("hog burn 60 & hog burn 60 & hog burn 60 & wait");

        assertThat(cpu(assertHits(
                        needingGroups(), Resource.CPU_TIME, time(Resource.CPU_TIME, Duration.ofMillis(300)), command)))
                .isBetween(Duration.ofMillis(300), Duration.ofMillis(700));
    }

    /** Their times are in nobody's children, which only a control group notices. */
    @Test
    void cpuTime_ofShortProcessesThatNobodyWaitsFor_endsTheRun() throws Exception {
        assertHits(
                needingGroups(),
                Resource.CPU_TIME,
                time(Resource.CPU_TIME, Duration.ofMillis(300)),
                hog("burners", 60));
    }

    @Test
    void cpuTime_whileAsleep_isNotUsed() throws Exception {
        SandboxResult result = execute(needingGroups(), time(Resource.CPU_TIME, Duration.ofMillis(500)), sh("sleep 1"));

        assertThat(result.termination()).isEqualTo(new Termination.Exited(0));
        assertThat(cpu(result)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void wallTime_endsStoppedCommandsToo() throws Exception {
        Duration limit = Duration.ofMillis(300);
        for (SandboxCommand command :
                List.of(Programs.sleep(Marker.fresh()), Programs.stop(Marker.fresh()), sh("while :; do :; done"))) {
            SandboxResult result =
                    assertHits(staging.open(), Resource.WALL_TIME, time(Resource.WALL_TIME, limit), command);
            assertThat(result.usage().wall()).isBetween(limit, limit.plusSeconds(5));
        }
    }

    @Test
    void wallTime_laterThanTheTimeout_isATimeout() throws Exception {
        SandboxCommand command = SandboxCommand.builder("/bin/sleep", "100")
                .timeout(Duration.ofMillis(200))
                .limits(time(Resource.WALL_TIME, Duration.ofSeconds(20)))
                .build();

        assertThat(staging.open().execute(command).termination())
                .isEqualTo(new Termination.TimedOut(Duration.ofMillis(200)));
    }

    @Test
    void fileSize_exceeded_isNamed() throws Exception {
        Sandbox sandbox = staging.open();
        ResourceLimits limits = limit(Resource.FILE_SIZE, MEBIBYTE);

        assertHits(sandbox, Resource.FILE_SIZE, limits, sh("exec dd if=/dev/zero of=/file bs=64k count=100"));
        assertThat(staging.root().resolve("file")).hasSize(MEBIBYTE);
        assertHits(sandbox, Resource.FILE_SIZE, limits, sh("dd if=/dev/zero of=/file bs=64k count=100"));
    }

    @Test
    void openFiles_exhausted_isSeenInside() throws Exception {
        SandboxResult result = execute(staging.open(), limit(Resource.OPEN_FILES, 32), hog("descriptors", 0));

        assertThat(result.stdout().text()).isEqualTo("32 1\n");
    }

    @Test
    void core_byDefault_isNone() throws Exception {
        SandboxCommand command = sh("ulimit -c");

        assertThat(execute(staging.open(), ResourceLimits.none(), command)
                        .stdout()
                        .text())
                .isEqualTo("0\n");
        assertThat(execute(staging.open(), limit(Resource.OPEN_FILES, 100), command)
                        .stdout()
                        .text())
                .isEqualTo("0\n");
        assertThat(execute(staging.open(), limit(Resource.CORE, 1024 * 1024), command)
                        .stdout()
                        .text())
                .isEqualTo("2048\n");
    }

    @Test
    void output_flood_isCutExactly() throws Exception {
        SandboxResult result =
                assertHits(staging.open(), Resource.OUTPUT, limit(Resource.OUTPUT, 100_001), sh("exec yes"));

        assertThat(result.stdout().bytes()).hasSize(100_001);
        assertThat(result.stdout().truncated()).isTrue();
    }

    @Test
    void output_ofBothStreams_countsTogether() throws Exception {
        Sandbox sandbox = staging.open();
        SandboxCommand command = sh("printf 12345; printf 1234567 >&2");

        assertThat(execute(sandbox, limit(Resource.OUTPUT, 12), command).termination())
                .isEqualTo(new Termination.Exited(0));
        SandboxResult result = assertHits(sandbox, Resource.OUTPUT, limit(Resource.OUTPUT, 11), command);
        assertThat(result.stdout().bytes().length + result.stderr().bytes().length)
                .isEqualTo(11);
    }

    @Test
    void output_ofAStartedCommand_ends() throws Exception {
        SandboxCommand command = sh("exec yes").toBuilder()
                .limits(limit(Resource.OUTPUT, 200_000))
                .timeout(SAFETY)
                .build();

        try (SandboxProcess process = staging.open().start(command)) {
            assertThat(process.stdout().readAllBytes()).hasSize(200_000);
            assertThat(process.waitFor().termination()).isEqualTo(new Termination.LimitExceeded(Resource.OUTPUT));
        }
    }

    @Test
    void tmpSize_full_isNamed() throws Exception {
        Sandbox sandbox = staging.open();
        ResourceLimits limits = limit(Resource.TMP_SIZE, 2 * MEBIBYTE);

        assertHits(sandbox, Resource.TMP_SIZE, limits, sh("exec dd if=/dev/zero of=/tmp/file bs=64k count=100"));
        assertThat(execute(sandbox, limits, sh("exec dd if=/dev/zero of=/tmp/file bs=64k count=32"))
                        .termination())
                .isEqualTo(new Termination.Exited(0));
    }

    @Test
    void tmpSize_leastPossible_isAPage() throws Exception {
        assertHits(
                staging.open(),
                Resource.TMP_SIZE,
                limit(Resource.TMP_SIZE, 0),
                sh("exec dd if=/dev/zero of=/tmp/file bs=8k count=1"));
    }

    @Test
    void shmSize_full_isNamed() throws Exception {
        SandboxCommand command = sh("exec dd if=/dev/zero of=/dev/shm/file bs=64k count=100").toBuilder()
                .flags(SandboxFlags.CREATE_DEV_SHM)
                .build();

        assertHits(staging.open(), Resource.SHM_SIZE, limit(Resource.SHM_SIZE, MEBIBYTE), command);
    }

    @Test
    void tmpSize_ofABatch_isRefusedOrReported() throws Exception {
        SandboxCommand required = SandboxCommand.builder("/bin/true")
                .limits(limit(Resource.TMP_SIZE, MEBIBYTE))
                .build();
        SandboxCommand wished = SandboxCommand.builder("/bin/true")
                .limits(ResourceLimits.builder()
                        .limit(Resource.TMP_SIZE, MEBIBYTE, Enforcement.BEST_EFFORT)
                        .limit(Resource.FILE_SIZE, MEBIBYTE, Enforcement.BEST_EFFORT)
                        .build())
                .build();

        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> staging.open().execute(List.of(required)))
                .withMessageContainingAll("TMP_SIZE", "batch", "one by one");
        assertThat(staging.open().execute(List.of(wished)).get(0).unenforced()).containsExactly(Resource.TMP_SIZE);
    }

    @Test
    void run_limitHit_throwsWithTheResult() {
        Sandbox sandbox = staging.open(
                builder -> builder.limits(limit(Resource.OUTPUT, 10)).stdout(Stdio.discard()));

        assertThatExceptionOfType(SandboxLimitException.class)
                .isThrownBy(() -> sandbox.run(List.of("yes")))
                .withMessageContaining("OUTPUT")
                .satisfies(e ->
                        assertThat(e.result().termination()).isEqualTo(new Termination.LimitExceeded(Resource.OUTPUT)));
    }

    @Test
    void limitsOfACommand_replaceThoseOfTheSandbox() throws Exception {
        Sandbox sandbox = staging.open(builder -> builder.limits(limit(Resource.OUTPUT, 3)));

        assertThat(execute(sandbox, limit(Resource.FILE_SIZE, MEBIBYTE), sh("echo 12345"))
                        .termination())
                .isEqualTo(new Termination.Exited(0));
        assertThat(sandbox.execute(sh("echo 12345")).termination())
                .isEqualTo(new Termination.LimitExceeded(Resource.OUTPUT));
    }

    @Test
    void batch_limitHit_stopsThere() throws Exception {
        SandboxCommand flood =
                sh("exec yes").toBuilder().limits(limit(Resource.OUTPUT, 10)).build();

        List<SandboxResult> results = staging.open().execute(List.of(flood, sh("exit 0")));

        assertThat(results)
                .singleElement()
                .extracting(SandboxResult::termination)
                .isEqualTo(new Termination.LimitExceeded(Resource.OUTPUT));
    }

    @Test
    void everything_requiredAtOnce_letsACommandRun() throws Exception {
        ResourceLimits limits = ResourceLimits.builder()
                .limit(Resource.WALL_TIME, Duration.ofMinutes(1))
                .limit(Resource.CPU_TIME, Duration.ofSeconds(30))
                .limit(Resource.MEMORY, 256 * MEBIBYTE)
                .limit(Resource.PROCESSES, 50)
                .limit(Resource.FILE_SIZE, MEBIBYTE)
                .limit(Resource.OPEN_FILES, 64)
                .limit(Resource.CORE, 0)
                .limit(Resource.OUTPUT, MEBIBYTE)
                .limit(Resource.TMP_SIZE, MEBIBYTE)
                .limit(Resource.SHM_SIZE, MEBIBYTE)
                .build();
        assertThat(limits.asMap()).hasSize(Resource.values().length);
        SandboxCommand command = sh("echo fine; echo fine > /tmp/file; echo fine > /dev/shm/file").toBuilder()
                .flags(SandboxFlags.CREATE_DEV_SHM)
                .build();

        SandboxResult result = execute(needingGroups(), limits, command);

        assertThat(result.termination()).isEqualTo(new Termination.Exited(0));
        assertThat(result.unenforced()).isEmpty();
        assertThat(result.stdout().text()).isEqualTo("fine\n");
        assertThat(cpu(result)).isPositive();
    }

    @Test
    void memoryAndCpuTime_withoutGroups_areRefusedWithARemedy() {
        Sandbox sandbox = havingNoGroups();
        for (ResourceLimits limits :
                List.of(limit(Resource.MEMORY, MEBIBYTE), time(Resource.CPU_TIME, Duration.ofSeconds(1)))) {
            assertThatExceptionOfType(SandboxUnsupportedException.class)
                    .isThrownBy(() -> execute(sandbox, limits, sh("exit 0")))
                    .withMessageContainingAll("control group", "systemd-run", "BEST_EFFORT");
            assertThatExceptionOfType(SandboxUnsupportedException.class)
                    .isThrownBy(() -> staging.open(builder -> builder.limits(limits)));
        }
    }

    @Test
    void memoryAndCpuTime_withoutGroupsAsBestEffort_areReported() throws Exception {
        Sandbox sandbox = havingNoGroups();
        ResourceLimits limits = ResourceLimits.builder()
                .limit(Resource.MEMORY, 64 * MEBIBYTE, Enforcement.BEST_EFFORT)
                .limit(Resource.CPU_TIME, Duration.ofMillis(300), Enforcement.BEST_EFFORT)
                .build();

        SandboxResult large = execute(sandbox, limits, hog("memory", 200));
        SandboxResult busy = execute(sandbox, limits, sh("hog burn 60 & hog burn 60 & wait"));

        assertThat(large.termination()).isEqualTo(new Termination.Exited(3));
        assertThat(large.unenforced()).containsExactly(Resource.CPU_TIME, Resource.MEMORY);
        assertThat(busy.termination()).isEqualTo(new Termination.LimitExceeded(Resource.CPU_TIME));
    }

    /** The kernel counts the processes of each user namespace apart, so the limit is one of the sandbox alone. */
    @Test
    void processes_withoutGroups_areHeldAndNamed() throws Exception {
        Sandbox sandbox = havingNoGroups();

        assertThat(execute(sandbox, limit(Resource.PROCESSES, 10), hog("processes", 9))
                        .termination())
                .isEqualTo(new Termination.Exited(0));
        assertHits(sandbox, Resource.PROCESSES, limit(Resource.PROCESSES, 10), hog("processes", 10));
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> execute(sandbox, limit(Resource.PROCESSES, 0), hog("processes", 0)));
    }

    private Sandbox havingNoGroups() {
        Sandbox sandbox = staging.open();
        assumeTrue(
                !sandbox.isolation().contains(Isolation.LIMITS),
                "Skipped: control groups can be made here, so nothing does without them.");
        return sandbox;
    }

    private Sandbox needingGroups() {
        Sandbox sandbox = staging.open();
        assumeTrue(
                sandbox.isolation().contains(Isolation.LIMITS),
                "Skipped: control groups cannot be made here by this user.");
        return sandbox;
    }

    private static SandboxResult assertHits(
            Sandbox sandbox, Resource resource, ResourceLimits limits, SandboxCommand command) throws Exception {
        SandboxResult result = sandbox.execute(
                command.toBuilder().limits(limits).timeout(SAFETY).build());
        assertThat(result.termination()).as("%s", result).isEqualTo(new Termination.LimitExceeded(resource));
        return result;
    }

    private static SandboxResult execute(Sandbox sandbox, ResourceLimits limits, SandboxCommand command)
            throws Exception {
        return sandbox.execute(
                command.toBuilder().limits(limits).timeout(SAFETY).build());
    }

    private static SandboxCommand hog(String what, int amount) {
        return SandboxCommand.of("/bin/hog", what, Integer.toString(amount));
    }

    private static ResourceLimits limit(Resource resource, long amount) {
        return ResourceLimits.builder().limit(resource, amount).build();
    }

    private static ResourceLimits time(Resource resource, Duration time) {
        return ResourceLimits.builder().limit(resource, time).build();
    }

    private static Duration cpu(SandboxResult result) {
        return result.usage().user().orElseThrow().plus(result.usage().system().orElseThrow());
    }

    /** Groups of this JVM; those of others come and go meanwhile. */
    private static List<Path> groups() throws IOException {
        String own = "sandbox4j-" + ProcessHandle.current().pid() + "-";
        List<Path> found = new ArrayList<>();
        Path top = Path.of("/sys/fs/cgroup");
        if (!Files.isDirectory(top)) {
            return found;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.getFileName().toString().startsWith(own)) {
                    found.add(directory);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** Opens a sandbox and runs a command, and asks for its guarantees when told to. */
    static final class OpenAndRun implements ChildJvm.Scenario {
        @Override
        public void run(List<String> arguments) throws Exception {
            try (Sandbox sandbox = Staging.builder(Path.of(arguments.get(0)))
                    .seccomp(SeccompProfile.STRICT)
                    .open()) {
                assertThat(sandbox.run(List.of("true"))).isZero();
                if (Boolean.parseBoolean(arguments.get(1))) {
                    assertThat(sandbox.isolation()).contains(Isolation.FILESYSTEM);
                }
            }
        }
    }

    /** Trying takes some milliseconds, which a JVM that asks for no limits need not spend. */
    @Test
    void open_withoutLimits_triesNoControlGroups() throws Exception {
        String search = "org.sandbox4j.local.limits.GroupSearch ";
        for (boolean asks : new boolean[] {false, true}) {
            String loaded = ChildJvm.withLauncher(launcher)
                    .option("-Xlog:class+load")
                    .run(OpenAndRun.class, staging.directory(), asks);
            assertThat(loaded.contains(search)).as("control groups were tried").isEqualTo(asks);
        }
    }
}
