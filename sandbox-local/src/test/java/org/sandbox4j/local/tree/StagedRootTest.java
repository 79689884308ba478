package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.spi.HostBind;
import org.sandbox4j.spi.files.OwnedDirectory;

/** What preparing a root makes, refuses and undoes. */
class StagedRootTest {
    @TempDir
    Path base;

    private Path root;

    @BeforeEach
    void stage() throws IOException {
        base = base.toRealPath();
        root = Files.createDirectories(base.resolve("sandbox/root"));
        Files.createDirectories(base.resolve("outside/inner"));
        Files.writeString(base.resolve("outside/file"), "host");
    }

    private StagedRoot open() {
        return StagedRoot.open(new TreeConfig(base.resolve("sandbox")));
    }

    @Test
    void prepare_bareRoot_makesMountPointsUntilTheLease() throws IOException {
        try (StagedRoot staged = open()) {
            try (PreparedTree prepared = staged.prepare(Needs.nothing())) {
                assertThat(prepared.mounts()).extracting(Mount::target).containsExactly("/dev", "/proc", "/tmp");
                assertThat(names(root)).containsExactly("dev", "proc", "tmp");
            }
            assertThat(names(root)).isEmpty();
        }
        assertThat(base.resolve("sandbox/scratch")).doesNotExist();
    }

    @Test
    void prepare_mountPointsThatAreThere_stay() throws IOException {
        for (String name : List.of("dev", "proc", "tmp")) {
            Files.createDirectory(root.resolve(name));
        }
        Files.writeString(root.resolve("dev/null"), "a staged file");
        List<String> before = TreeState.of(root);

        try (StagedRoot staged = open()) {
            staged.prepare(Needs.nothing()).close();
        }

        assertThat(TreeState.of(root)).isEqualTo(before);
    }

    @Test
    void lease_mountPointThatWasFilledMeanwhile_keepsIt() throws IOException {
        try (StagedRoot staged = open()) {
            try (PreparedTree prepared = staged.prepare(Needs.nothing())) {
                assertThat(prepared.mounts()).isNotEmpty();
                Files.writeString(root.resolve("dev/file"), "precious");
            }
        }

        assertThat(root.resolve("dev/file")).hasContent("precious");
        assertThat(names(root)).containsExactly("dev");
    }

    @Test
    void prepare_workDirectoryAndMarks_stayInTheRoot() throws IOException {
        try (StagedRoot staged = open()) {
            staged.prepare(Needs.workDirectory("/work/deep")).close();
            try (PreparedTree prepared = staged.prepare(Needs.marks("/marked/one", "/marked/two"))) {
                assertThat(prepared.mounts())
                        .contains(
                                new Mount.Bind(root.resolve("marked/one"), "/marked/one", true, false),
                                new Mount.Bind(root.resolve("marked/two"), "/marked/two", true, false));
                assertThat(prepared.identities()).containsOnlyKeys("/", "/marked/one", "/marked/two");
            }
        }

        assertThat(names(root)).containsExactly("marked", "work");
        assertThat(root.resolve("work/deep")).isEmptyDirectory();
        assertThat(names(root.resolve("marked"))).containsExactly("one", "two");
    }

    /** Links are followed as a process in the sandbox would follow them. */
    @ParameterizedTest
    @CsvSource({
        "real, /link/x, real/x",
        "/real, /link/x, real/x",
        "/real/../real, /link/x, real/x",
        "../../../real, /link/x, real/x",
        "/missing/deep, /link, missing/deep",
        "missing, /link/x, missing/x",
        "./real//, /link/x, real/x",
        "/real/up, /link/x, x",
        "/real/absolute, /link/x, real/x",
        "/chain, /link/x, real/x",
        ".., /link/x, x"
    })
    void prepare_workDirectoryThroughALink_isMadeWhereTheSandboxSeesIt(String target, String directory, String made)
            throws IOException {
        Files.createDirectory(root.resolve("real"));
        Files.createSymbolicLink(root.resolve("real/up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("real/absolute"), Path.of("/real"));
        Files.createSymbolicLink(root.resolve("chain"), Path.of("chain2"));
        Files.createSymbolicLink(root.resolve("chain2"), Path.of("/real"));
        Files.createSymbolicLink(root.resolve("link"), Path.of(target));

        try (StagedRoot staged = open()) {
            staged.prepare(Needs.workDirectory(directory)).close();
        }

        assertThat(root.resolve(made)).isDirectory();
        assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(Path.of(target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/link", "/link/x", "/link/inner", "/link/inner/z"})
    void prepare_linkToTheHost_makesNothingThere(String directory) throws IOException {
        Files.createSymbolicLink(root.resolve("link"), base.resolve("outside"));
        List<String> before = TreeState.of(base.resolve("outside"));

        try (StagedRoot staged = open()) {
            staged.prepare(Needs.workDirectory(directory)).close();
            staged.prepare(Needs.marks(directory)).close();
        }

        assertThat(TreeState.of(base.resolve("outside"))).isEqualTo(before);
        // The absolute target is a path inside the sandbox, and was made there.
        assertThat(Path.of(root + base.resolve("outside").toString())).isDirectory();
    }

    @Test
    void prepare_ownFileSystemsBehindLinksToTheHost_makeNothingThere() throws IOException {
        for (String name : List.of("dev", "proc", "tmp")) {
            Files.createDirectory(base.resolve("outside/" + name));
            // On the host this leads out of the root; in the sandbox nothing is above it.
            Files.createSymbolicLink(root.resolve(name), Path.of("../../outside/" + name));
        }
        List<String> before = TreeState.of(base);

        try (StagedRoot staged = open();
                PreparedTree prepared = staged.prepare(Needs.nothing())) {
            assertThat(prepared.mounts())
                    .extracting(Mount::target)
                    .containsExactlyInAnyOrder("/outside/dev", "/outside/proc", "/outside/tmp");
            assertThat(names(root.resolve("outside"))).containsExactly("dev", "proc", "tmp");
        }

        assertThat(TreeState.of(base)).isEqualTo(before);
    }

    @Test
    void prepare_fortyLinks_areFollowed() throws IOException {
        chain(40);

        try (StagedRoot staged = open()) {
            staged.prepare(Needs.workDirectory("/link0/x")).close();
        }

        assertThat(root.resolve("end/x")).isDirectory();
    }

    @Test
    void prepare_fortyOneLinks_areRefused() throws IOException {
        chain(41);

        assertRefused(Needs.workDirectory("/link0/x"), "40 links", "Remove the loop");
    }

    @Test
    void prepare_loop_isRefused() throws IOException {
        Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("/a"));

        assertRefused(Needs.marks("/a/x"), "'/a/x'", "Remove the loop");
    }

    @Test
    void prepare_parentOfWhatIsMissing_isRefused() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), Path.of("/missing/../x"));

        assertRefused(Needs.workDirectory("/link"), "'/link'", "Correct the link");
    }

    @Test
    void prepare_fileOnTheWay_isRefused() throws IOException {
        Files.writeString(root.resolve("file"), "content");

        assertRefused(Needs.workDirectory("/file/x"), "'/file' is not a directory", "Remove that file");
    }

    @Test
    void prepare_workDirectoryIsALinkToAFile_isRefused() throws IOException {
        Files.writeString(root.resolve("file"), "content");
        Files.createSymbolicLink(root.resolve("link"), Path.of("file"));

        assertRefused(Needs.workDirectory("/link"), "'/link'", "choose another work directory");
    }

    @Test
    void prepare_markIsAFile_leavesNoOtherMark() throws IOException {
        Files.writeString(root.resolve("file"), "content");

        assertRefused(Needs.marks("/new/deep", "/file"), "Cannot mark '/file'", "mark another directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "proc", "tmp"})
    void prepare_fileWhereAFileSystemGoes_isRefused(String name) throws IOException {
        Files.writeString(root.resolve(name), "a staged file");

        assertRefused(Needs.workDirectory("/made/before"), "its own /" + name, "Stage a directory there");
    }

    @Test
    void prepare_temporaryLeadsToDevices_isRefused() throws IOException {
        Files.createSymbolicLink(root.resolve("tmp"), Path.of("/dev"));

        assertRefused(Needs.nothing(), "its own /tmp", "another mount");
    }

    @Test
    void prepare_mergedUsr_bindsItOnce() throws IOException {
        Path usr = Files.createDirectories(base.resolve("host/usr"));
        Files.createDirectory(usr.resolve("bin"));
        Files.createSymbolicLink(base.resolve("host/bin"), Path.of("usr/bin"));
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));

        try (StagedRoot staged = open();
                PreparedTree prepared = staged.prepare(Needs.binds(
                        new HostBind(usr, "/usr", false), new HostBind(base.resolve("host/bin"), "/bin", false)))) {
            assertThat(prepared.mounts()).extracting(Mount::target).containsExactly("/dev", "/proc", "/tmp", "/usr");
        }
        assertThat(names(root)).containsExactly("bin");
    }

    @Test
    void prepare_rootWithItsOwnBin_getsBoth() throws IOException {
        Path usr = Files.createDirectories(base.resolve("host/usr/bin")).getParent();
        Files.createSymbolicLink(base.resolve("host/bin"), Path.of("usr/bin"));

        try (StagedRoot staged = open();
                PreparedTree prepared = staged.prepare(Needs.binds(
                        new HostBind(usr, "/usr", false), new HostBind(base.resolve("host/bin"), "/bin", false)))) {
            assertThat(prepared.mounts()).extracting(Mount::target).contains("/usr", "/bin");
            assertThat(names(root)).contains("bin", "usr");
        }
        assertThat(names(root)).isEmpty();
    }

    @Test
    void prepare_bindOfAFile_makesAnEmptyFileUntilTheLease() throws IOException {
        try (StagedRoot staged = open()) {
            HostBind bind = new HostBind(base.resolve("outside/file"), "/etc/deep/file", false);
            try (PreparedTree prepared = staged.prepare(Needs.binds(bind))) {
                assertThat(prepared.mounts())
                        .contains(new Mount.Bind(base.resolve("outside/file"), "/etc/deep/file", false, false));
                assertThat(root.resolve("etc/deep/file")).isEmptyFile();
            }
            assertThat(names(root)).isEmpty();
        }
    }

    @Test
    void prepare_bindOfAFileOverAFile_keepsTheStagedOne() throws IOException {
        Files.writeString(root.resolve("file"), "");
        List<String> before = TreeState.of(root);

        try (StagedRoot staged = open()) {
            staged.prepare(Needs.binds(new HostBind(base.resolve("outside/file"), "/file", false)))
                    .close();
        }

        assertThat(TreeState.of(root)).isEqualTo(before);
    }

    @Test
    void prepare_bindOfAnotherKind_isRefused() throws IOException {
        Files.writeString(root.resolve("file"), "content");
        Files.createDirectory(root.resolve("directory"));

        assertRefused(
                Needs.binds(new HostBind(base.resolve("outside"), "/file", false)),
                "the source is a directory but the target is a file",
                "same kind");
        assertRefused(
                Needs.binds(new HostBind(base.resolve("outside/file"), "/directory", false)),
                "the source is a file but the target is a directory",
                "same kind");
    }

    @Test
    void prepare_bindOfNothing_isRefused() throws IOException {
        assertRefused(
                Needs.binds(new HostBind(base.resolve("nothing"), "/x/y", false)),
                "Cannot bind '" + base.resolve("nothing") + "'",
                "leave out the bind");
    }

    @Test
    void prepare_bindBelowABind_needsTheDirectoryOnTheHost() throws IOException {
        assertRefused(
                Needs.binds(
                        new HostBind(base.resolve("outside"), "/outer", true),
                        new HostBind(base.resolve("outside/inner"), "/outer/missing", true)),
                "nothing is made outside the root",
                "Make it");
        assertThat(base.resolve("outside/missing")).doesNotExist();
    }

    @Test
    void prepare_bindBelowProc_isRefused() throws IOException {
        assertRefused(
                Needs.binds(new HostBind(base.resolve("outside/file"), "/proc/cmdline", false)),
                "are the sandbox's own",
                "another target");
    }

    @Test
    void prepare_twoRuns_keepTheMountPointsUntilTheLastEnds() throws IOException {
        try (StagedRoot one = open();
                StagedRoot two = open()) {
            assertThat(two.root()).isEqualTo(one.root());
            PreparedTree first = one.prepare(Needs.nothing());
            PreparedTree second = two.prepare(Needs.binds(new HostBind(base.resolve("outside"), "/tmp2/x", false)));
            first.close();
            assertThat(names(root)).containsExactly("dev", "proc", "tmp", "tmp2");
            second.close();
            assertThat(names(root)).isEmpty();
        }
    }

    @Test
    void close_oneOfTwoSandboxes_keepsScratchForTheOther() throws IOException {
        StagedRoot one = open();
        StagedRoot two = open();

        one.close();
        assertThat(two.scratch()).isDirectory();
        two.prepare(Needs.workDirectory("/made")).close();

        two.close();
        assertThat(base.resolve("sandbox/scratch")).doesNotExist();
        assertThat(names(root)).containsExactly("made");
    }

    /** A path through a link to the same root is the same root. */
    @Test
    void open_sameRootByAnotherPath_sharesTheMountPoints() throws IOException {
        Files.createSymbolicLink(base.resolve("alias"), base.resolve("sandbox"));
        try (StagedRoot one = open();
                StagedRoot two = StagedRoot.open(new TreeConfig(base.resolve("alias")))) {
            PreparedTree first = one.prepare(Needs.nothing());
            PreparedTree second = two.prepare(Needs.nothing());
            first.close();
            assertThat(names(root)).containsExactly("dev", "proc", "tmp");
            second.close();
        }
        assertThat(names(root)).isEmpty();
    }

    @Test
    void prepare_directoryMadeAMarkWhileItIsAMountPoint_stays() throws IOException {
        try (StagedRoot staged = open()) {
            PreparedTree first = staged.prepare(Needs.binds(new HostBind(base.resolve("outside"), "/shared/x", false)));
            first.lease().isSetUp();
            PreparedTree second = staged.prepare(Needs.marks("/shared"));
            first.close();
            second.close();
        }
        assertThat(names(root)).containsExactly("shared");
        assertThat(root.resolve("shared")).isEmptyDirectory();
    }

    @Test
    void open_rootIsALink_isRefused() throws IOException {
        Files.delete(root);
        Files.createSymbolicLink(root, base.resolve("outside"));
        List<String> before = TreeState.of(base.resolve("outside"));

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(this::open)
                .withMessageContaining(root.toString())
                .withMessageContaining("link is not followed");
        assertThat(TreeState.of(base.resolve("outside"))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2Fdev\n%", "%2Fdev\n%ZZ\n", "\n\n%2Fdev", "%2Fdev\n%2"})
    void open_journalCutOff_recoversWhatItSays(String journal) throws IOException {
        Files.createDirectory(root.resolve("dev"));
        Path scratch =
                OwnedDirectory.open(base.resolve("sandbox/scratch"), "scratch").path();
        Files.writeString(scratch.resolve("mount-points"), journal);

        try (StagedRoot staged = open()) {
            assertThat(names(root)).isEmpty();
            staged.prepare(Needs.nothing()).close();
        }
        assertThat(names(root)).isEmpty();
    }

    @Test
    void open_journalOfAKilledJvm_removesOnlyWhatIsEmpty() throws IOException {
        Files.createDirectories(root.resolve("dev/full"));
        Files.createDirectory(root.resolve("proc"));
        Files.createDirectory(root.resolve("staged"));
        Files.writeString(root.resolve("filled"), "content");
        Files.writeString(root.resolve("empty"), "");
        Files.createSymbolicLink(root.resolve("link"), base.resolve("outside/inner"));
        Path scratch =
                OwnedDirectory.open(base.resolve("sandbox/scratch"), "scratch").path();
        Files.writeString(
                scratch.resolve("mount-points"),
                "%2Fdev\n%2Fproc\n%2Ffilled\n%2Fempty\n%2Flink\n%2Flink%2Fdeeper\n%2Fgone%2Faway\n");

        open().close();

        assertThat(names(root)).containsExactly("dev", "filled", "link", "staged");
        assertThat(base.resolve("outside/inner")).isEmptyDirectory();
    }

    @Test
    void open_journalThatIsALink_isRefusedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(base.resolve("outside/victim"), "%2Fdev\n");
        Path scratch =
                OwnedDirectory.open(base.resolve("sandbox/scratch"), "scratch").path();
        Files.createSymbolicLink(scratch.resolve("mount-points"), victim);

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(this::open)
                .withMessageContaining("mount-points")
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
        assertThat(victim).hasContent("%2Fdev\n");
    }

    @Test
    void open_scratchThatSomebodyElseHasMade_isRefusedAndStays() throws IOException {
        Path scratch = Files.createDirectory(base.resolve("sandbox/scratch"));
        Files.writeString(scratch.resolve("mount-points"), "%2Fdev\n");
        Files.createDirectory(root.resolve("dev"));

        assertThatExceptionOfType(SandboxSetupException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.reason()).isEqualTo("not-ours"));
        assertThat(names(root)).containsExactly("dev");
        assertThat(scratch.resolve("mount-points")).exists();
    }

    private void chain(int links) throws IOException {
        Files.createDirectory(root.resolve("end"));
        for (int i = 0; i < links; i++) {
            Files.createSymbolicLink(root.resolve("link" + i), Path.of(i == links - 1 ? "end" : "link" + (i + 1)));
        }
    }

    private void assertRefused(TreeNeeds needs, String... parts) throws IOException {
        List<String> before = TreeState.of(root);
        try (StagedRoot staged = open()) {
            assertThatExceptionOfType(SandboxSetupException.class)
                    .isThrownBy(() -> staged.prepare(needs))
                    .satisfies(e -> assertThat(e.getMessage()).contains(parts));
            assertThat(TreeState.of(root)).isEqualTo(before);
        }
        assertThat(TreeState.of(root)).isEqualTo(before);
    }

    static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
