package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Renames of directories in an overlay that an ordinary user has mounted, which the kernel refuses; see moves.c. */
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
class DirectoryMovesIT {
    private static final String TEMPORARY = ".sandbox-move-*";

    @TempDir
    static Path programs;

    private static String renames = "";

    @TempDir
    Path base;

    private UserOverlay overlay;

    @BeforeAll
    static void compile() throws Exception {
        Path source = programs.resolve("renames.c");
        try (InputStream resource = DirectoryMovesIT.class.getResourceAsStream("renames.c")) {
            Files.copy(resource, source);
        }
        renames = programs.resolve("renames").toString();
        Process compiler = new ProcessBuilder("gcc", "-static", "-pthread", "-o", renames, source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor())
                .as("gcc, from the packages gcc and libc6-dev")
                .isZero();
        Files.setAttribute(programs, "unix:mode", 0755);
    }

    @BeforeEach
    void makeLayers() throws IOException {
        overlay = new UserOverlay(base);
    }

    @AfterEach
    void removeLayers() throws IOException {
        overlay.close();
    }

    @Test
    void rename_withoutMoves_isRefusedByTheKernel() throws IOException {
        make("full", 1);

        assertThat(overlay.withoutMoves().run(renames, "move", "full", "new")).isEqualTo("EXDEV\n");
    }

    /** Sources, targets and flags of all kinds: the same errors, and the same trees afterwards. */
    @Test
    void rename_anyKind_doesWhatItDoesInAPlainDirectory() throws IOException {
        overlay.outside(overlay.lower(), "\"$1\" make", renames);
        overlay.outside(overlay.plain(), "\"$1\" make", renames);

        List<String> plain =
                overlay.outside(overlay.plain(), "\"$1\" try", renames).lines().toList();
        List<String> moved = overlay.run(renames, "try").lines().toList();

        assertThat(plain).hasSizeGreaterThan(10_000);
        assertThat(moved).hasSameSizeAs(plain);
        assertThat(IntStream.range(0, plain.size())
                        .filter(line -> !plain.get(line).equals(moved.get(line)))
                        .mapToObj(line -> plain.get(line) + " <> " + moved.get(line))
                        .limit(20))
                .isEmpty();
    }

    @Test
    void rename_relativeToADescriptor_isCarriedOut() throws IOException {
        overlay.outside(overlay.lower(), "mkdir -p dir/full/sub");

        assertThat(overlay.run(renames, "move-at", "dir", "full", "new")).isEqualTo("success\n");
    }

    /** A link in the path leads on from the caller's root, not from ours. */
    @Test
    void rename_byAProcessWithAnotherRoot_staysInThatRoot() throws IOException {
        overlay.outside(overlay.lower(), "mkdir -p root/dir/full/sub; ln -s /dir root/link");

        String output = shell(
                "\"$0\" move-chrooted root /link/full /../link/../new || echo 'no user namespace'; ls -d root/new/sub");

        assumeTrue(!output.contains("no user namespace"), "Skipped: an ordinary user cannot change its root here.");
        assertThat(output).isEqualTo("success\nroot/new/sub\n");
    }

    @Test
    void rename_byAThreadWithItsOwnWorkDirectory_isCarriedOut() throws IOException {
        overlay.outside(overlay.lower(), "mkdir -p dir/full/sub");

        assertThat(overlay.run(renames, "move-by-thread", "dir", "full", "new")).isEqualTo("success\n");
    }

    @Test
    void rename_ofFilesWithSeveralNamesBeyondTheLongestPath_keepsThemLinked() throws IOException {
        overlay.outside(overlay.lower(), "\"$1\" make-deep full 100", renames);

        assertThat(overlay.run(renames, "move-deep", "full")).isEqualTo("success\n100 deep, 100 links\n");
    }

    @Test
    void rename_filesOpen_stayValid() throws IOException {
        overlay.outside(overlay.lower(), "mkdir full; printf read >full/read; printf write >full/write");

        assertThat(overlay.run(renames, "open-files", "full", "new")).isEqualTo("read\nwrite more\n");
    }

    @Test
    void rename_tenThousandFiles_movesThemAll() throws IOException {
        make("full", 10_000);

        assertThat(shell("\"$0\" move full new; ls -A; find new -type f | wc -l"))
                .isEqualTo("success\nnew\n10000\n");
    }

    @Test
    void rename_manyAtOnceOfOneDirectory_oneSucceeds() throws IOException {
        make("full", 300);

        assertThat(shell("\"$0\" race 20 full; find NEW-* -type f | wc -l; ls -A | wc -l"))
                .isEqualTo("1 success\n19 ENOENT\n300\n1\n");
    }

    @Test
    void rename_manyAtOnceOfTheirOwn_allSucceed() throws IOException {
        overlay.outside(overlay.lower(), "for i in $(seq 20); do \"$1\" make-many $i 40; done", renames);

        assertThat(shell("for i in $(seq 20); do \"$0\" move $i new-$i & done; wait; find new-* -type f | wc -l"))
                .isEqualTo("success\n".repeat(20) + "800\n");
    }

    /** What a signal handler interrupts, the kernel asks again. */
    @Test
    void rename_signalsMeanwhile_succeeds() throws IOException {
        make("full", 1_000);

        assertThat(overlay.run(renames, "move-often", "full", "new")).isEqualTo("success\n");
    }

    @Test
    void rename_signalsMeanwhileOnAnOlderKernel_succeeds() throws IOException {
        make("full", 1_000);

        assertThat(overlay.startedBy(renames, "old-kernel").run(renames, "move-often", "full", "new"))
                .isEqualTo("success\n");
    }

    /** The rename of a file waits until the supervisor has finished with the directory. */
    @Test
    void rename_callerKilledMeanwhile_leavesTheTreeWhole() throws IOException {
        make("full", 2_000);
        overlay.outside(overlay.lower(), "touch file");

        String output = shell("\"$0\" move full new & until [ -e " + TEMPORARY + " ]; do :; done; kill -9 $!;"
                + "\"$0\" move file file2; ls -Ad full new " + TEMPORARY + " 2>/dev/null | wc -l;"
                + "find . -type f | wc -l");

        assertThat(output).isEqualTo("success\n1\n2001\n");
    }

    @Test
    void rename_controlEndsMeanwhile_putsBackWhatWasMoved() throws IOException {
        make("full", 10_000);

        Launched launched = overlay.lasting()
                .launch(this::endWhileMoving, "/bin/sh", "-c", "\"$0\" move full new; exec sleep 60", renames);

        assertThat(launched.exit()).isEqualTo("exit code 137");
        assertThat(shell("ls -A; find full -type f | wc -l")).isEqualTo("full\n10000\n");
    }

    /** Nobody has asked for a rename yet. */
    @Test
    void control_endsBeforeAnyRename_endsTheRun() throws IOException {
        Launched launched = overlay.launch(this::endOnceStarted, "/bin/sh", "-c", "echo >started; exec sleep 5");

        assertThat(launched.exit()).isEqualTo("exit code 137");
    }

    private void endOnceStarted(LaunchedProcess process) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> Files.exists(overlay.upper().resolve("started")));
        process.control().endSandbox();
    }

    private void endWhileMoving(LaunchedProcess process) {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(this::isMoving);
        process.control().endSandbox();
    }

    private boolean isMoving() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(overlay.upper(), TEMPORARY)) {
            return found.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rename_contentThatCannotMove_isRefusedAndPutBack() throws IOException {
        assumeTrue(overlay.isOfAnotherUser(), "Skipped: only root can make another user's directory.");
        make("full", 200);
        Files.createDirectory(overlay.lower().resolve("full/foreign"));
        Files.setAttribute(overlay.lower().resolve("full/foreign"), "unix:mode", 0700);
        String before = overlay.outside(overlay.lower(), "find . ! -path . -printf '%p %m %t\\n' | sort");

        String output = shell("\"$0\" move full new; find . ! -path . -printf '%p %m %t\\n' | sort");

        assertThat(output).isEqualTo("EXDEV\n" + before);
    }

    @Test
    void listener_ofTheCommandsOwn_isBusy() throws IOException {
        assertThat(overlay.run(renames, "listen")).isEqualTo("EBUSY\n");
    }

    @Test
    void landlock_whichMovesWouldEvade_isNotThere() throws IOException {
        assertThat(overlay.run(renames, "landlock")).isEqualTo("EOPNOTSUPP\n");
    }

    private void make(String directory, int files) throws IOException {
        overlay.outside(overlay.lower(), "\"$1\" make-many \"$2\" \"$3\"", renames, directory, Integer.toString(files));
    }

    private String shell(String script) throws IOException {
        return overlay.run("/bin/sh", "-c", script, renames);
    }
}
