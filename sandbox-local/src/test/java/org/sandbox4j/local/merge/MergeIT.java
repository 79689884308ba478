package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run in an overlay, and its merge, must leave what the same run leaves in the tree itself. */
@Tag("any-jdk")
class MergeIT {
    @TempDir
    Path directory;

    private NativeProgram program;

    @BeforeEach
    void makeReachable() throws IOException, InterruptedException {
        Files.setAttribute(directory, "unix:mode", 0755);
        program = NativeProgram.in(directory);
    }

    static Stream<Arguments> cases() {
        return MergeCase.all()
                .flatMap(one -> Stream.of(Caller.values()).filter(one::isFor).map(caller -> Arguments.of(one, caller)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void merge_ofARun_leavesWhatThePlainRunLeaves(MergeCase one, Caller caller) throws Exception {
        caller.require();
        OverlayRun plain = OverlayRun.prepare(program, caller, directory.resolve("plain"), one.setup());
        plain.runPlainly(one.script());
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), one.setup());
        List<String> before = TreeSnapshot.exactly(run.tree());

        run.runInOverlay(one.script());
        assertThat(TreeSnapshot.exactly(run.tree())).as("before the merge").isEqualTo(before);
        run.merge();

        assertThat(TreeSnapshot.of(run.tree())).isEqualTo(TreeSnapshot.of(plain.tree()));
    }

    static Stream<Arguments> casesOnce() {
        return MergeCase.all().map(one -> Arguments.of(one, one.isFor(Caller.USER) ? Caller.USER : Caller.ROOT));
    }

    /** Kills at every step: before the commit the run must never have been, after it must be completed. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("casesOnce")
    void merge_killedAtEveryStep_isCompleteOrNeverWas(MergeCase one, Caller caller) throws Exception {
        caller.require();
        OverlayRun plain = OverlayRun.prepare(program, caller, directory.resolve("plain"), one.setup());
        plain.runPlainly(one.script());
        List<String> after = TreeSnapshot.of(plain.tree());

        boolean committed = false;
        for (int steps = 1; !committed; steps++) {
            OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run" + steps), one.setup());
            List<String> before = TreeSnapshot.exactly(run.tree());
            run.runInOverlay(one.script());
            assertThat(run.call("merge", "" + steps).exitCode()).isNotZero();
            committed = run.isCommitted();
            if (committed) {
                recoverInManyAttempts(run);
                assertThat(TreeSnapshot.of(run.tree())).isEqualTo(after);
            } else {
                run.recover();
                assertThat(TreeSnapshot.exactly(run.tree())).isEqualTo(before);
            }
        }
    }

    /** Whatever has been taken over when it turns out that the rest cannot be, the run must never have been. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("casesOnce")
    void undo_ofAMergeThatWasCutOff_leavesTheTreeOfBefore(MergeCase one, Caller caller) throws Exception {
        caller.require();
        // Another moment in each case, and an earlier one where the merge was complete by then.
        for (int steps = 4 + 7 * one.name().length() % 23; steps > 0; steps /= 2) {
            OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run" + steps), one.setup());
            List<String> before = TreeSnapshot.exactly(run.tree());
            run.runInOverlay(one.script());
            run.call("merge", "" + steps);
            if (run.isUnfinished()) {
                undoInManyAttempts(run, steps);
                assertThat(TreeSnapshot.exactly(run.tree())).as("step " + steps).isEqualTo(before);
                return;
            }
        }
    }

    /** The first attempt decides; whoever recovers afterwards must go on with it. */
    private static void undoInManyAttempts(OverlayRun run, int steps) throws IOException, InterruptedException {
        int exitCode = run.call("undo", "" + (1 + steps % 5)).exitCode();
        for (int attempt = 1; exitCode != 0; attempt++) {
            assertThat(attempt).isLessThan(1000);
            exitCode = run.call("recover", "" + (3 + attempt % 4)).exitCode();
        }
        assertThat(run.transaction()).doesNotExist();
    }

    /** Attempts are killed before an operation is counted, after that, and in the midst of the next one. */
    private static void recoverInManyAttempts(OverlayRun run) throws IOException, InterruptedException {
        for (int attempt = 1; run.call("recover", "" + (1 + attempt % 4)).exitCode() != 0; attempt++) {
            assertThat(attempt).isLessThan(1000);
        }
        assertThat(run.transaction()).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("callers")
    void merge_ofSeveralParts_mergesEach(Caller caller) throws Exception {
        caller.require();
        String setup = "mkdir -p a b/c d; echo 1 >a/1; echo 2 >b/c/2; echo 3 >d/3; ln a/1 a/one";
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), setup, "a", "b/c");
        run.runInOverlay("echo x >x; rm one; cd \"$0/1/merged\"; echo y >>2; mkdir y; chmod 700 .");
        run.merge();

        OverlayRun plain = OverlayRun.prepare(program, caller, directory.resolve("plain"), setup);
        plain.runPlainly("echo x >a/x; rm a/one; echo y >>b/c/2; mkdir b/c/y; chmod 700 b/c");
        assertThat(TreeSnapshot.of(run.tree())).isEqualTo(TreeSnapshot.of(plain.tree()));
    }

    @ParameterizedTest
    @MethodSource("callers")
    void merge_filesLinkedFromOutside_leavesTheOtherNamesAlone(Caller caller) throws Exception {
        caller.require();
        String setup =
                "mkdir ../cache a; for i in 1 2 3 4 5 6 7; do echo $i >../cache/$i; ln ../cache/$i a/$i; done; ln a/7 seven";
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), setup);
        List<String> cache = TreeSnapshot.exactly(run.directory().resolve("cache"));
        run.runInOverlay(
                "cd a; echo c >>1; : >2; chmod 600 3; touch 4; rm 5; mv 6 66; echo c >>66; echo c >>7; truncate -s 9 7");
        run.merge();

        assertThat(TreeSnapshot.exactly(run.directory().resolve("cache"))).isEqualTo(cache);
        assertThat(run.tree().resolve("a/1")).hasContent("1\nc");
        assertThat(run.tree().resolve("seven")).hasContent(caller == Caller.ROOT ? "7\nc\n\0\0\0\0\0" : "7");
    }

    /** Without the right to open files by handle, the links are found by comparing handles. */
    @Test
    void merge_withoutOpeningByHandle_findsLinksAllTheSame() throws Exception {
        Caller caller = Caller.ROOT;
        caller.require();
        OverlayRun run = OverlayRun.prepare(
                program, caller, directory.resolve("run"), "mkdir a b; echo 1 >a/1; ln a/1 b/2; ln a/1 3; echo 4 >4");
        run.runInOverlay("echo c >>a/1; echo d >>4");
        List<String> command = run.command("merge").command();
        ProcessBuilder weaker = new ProcessBuilder("setpriv", "--bounding-set=-dac_read_search");
        weaker.command().addAll(command);
        NativeProgram.Result.of(weaker).requireSuccess();

        assertThat(run.tree().resolve("b/2")).hasContent("1\nc");
        assertThat(Files.isSameFile(run.tree().resolve("a/1"), run.tree().resolve("3")))
                .isTrue();
        assertThat(Files.getAttribute(run.tree().resolve("b/2"), "unix:nlink")).isEqualTo(3);
    }

    /** Appending to them is possible in the overlay, but nothing of them can be moved. */
    @ParameterizedTest
    @ValueSource(strings = {"directory", "directory/file"})
    void merge_intoWhatIsAppendOnly_failsBeforeTheCommit(String sealed) throws Exception {
        Caller caller = Caller.ROOT;
        caller.require();
        OverlayRun run = OverlayRun.prepare(
                program, caller, directory.resolve("run"), "mkdir directory; echo 1 >directory/file; echo 1 >other");
        NativeProgram.Result sealing = NativeProgram.Result.of(
                new ProcessBuilder("chattr", "+a", run.tree().resolve(sealed).toString()));
        assumeTrue(sealing.exitCode() == 0, "Skipped: the file system has no append-only files: " + sealing.output());
        try {
            List<String> before = TreeSnapshot.exactly(run.tree());
            run.runInOverlay("echo 2 >>directory/file; echo n >directory/new; echo 2 >>other");

            assertThat(run.call("merge").output()).startsWith("sandbox-merge: immutable 1 ");

            assertThat(TreeSnapshot.exactly(run.tree())).isEqualTo(before);
            assertThat(run.isUnfinished()).isFalse();
        } finally {
            run.shell(run.tree(), "chattr -a " + sealed);
        }
    }

    private static final int MOST_LINKS_OF_EXT4 = 65_000;

    /** The tree has room for every name, and must not need one more; if it has not, nothing may have happened. */
    @Test
    void merge_asManyLinksAsThereCanBe_linksThemAllOrFailsBeforeTheCommit() throws Exception {
        Caller caller = Caller.ROOT;
        caller.require();
        assumeTrue(
                Files.getFileStore(directory).type().equals("ext4"),
                "Skipped: the temporary directory is not on ext4, whose limit of links this is about.");
        OverlayRun run = OverlayRun.prepare(
                program,
                caller,
                directory.resolve("run"),
                "echo 1 >a; perl -e 'link \"a\", $_ or die for 2.." + MOST_LINKS_OF_EXT4 + "'");
        run.runInOverlay("echo c >>a; ln 7 one-more");
        assertThat(run.call("merge").output()).contains("link 31 ");
        assertThat(run.tree().resolve("7")).hasContent("1");
        assertThat(run.tree().resolve("one-more")).doesNotExist();
        assertThat(run.isUnfinished()).isFalse();
        run.call("discard").requireSuccess();

        run.runInOverlay("echo c >>a");
        run.merge();

        assertThat(run.tree().resolve("7")).hasContent("1\nc");
        assertThat(Files.getAttribute(run.tree().resolve("a"), "unix:nlink")).isEqualTo(MOST_LINKS_OF_EXT4);
        program.run(caller, "discard", run.tree().toString()).requireSuccess();
    }

    @ParameterizedTest
    @MethodSource("callers")
    void merge_pathsLongerThanTheKernelTakes_works(Caller caller) throws Exception {
        caller.require();
        String descend =
                "n=$(printf '%0250d' 7); i=0; while [ $i -lt 30 ]; do mkdir -p $n; cd -P $n || exit 1; i=$((i+1)); done; ";
        String count = "find . -type f -name '[a-z]*' | sed 's|.*/||' | sort | tr '\\n' ' '";
        OverlayRun run =
                OverlayRun.prepare(program, caller, directory.resolve("run"), descend + "echo 1 >old; echo 2 >gone");
        run.runInOverlay("top=$PWD; " + descend + "echo x >>old; rm gone; echo n >new; cd \"$top\"; mkdir m; cd m; "
                + descend + "echo d >deep");
        run.merge();

        NativeProgram.Result found = NativeProgram.Result.of(
                new ProcessBuilder("/bin/sh", "-c", count).directory(run.tree().toFile()));
        assertThat(found.output()).isEqualTo("deep new old ");
        program.run(caller, "discard", run.tree().toString()).requireSuccess();
        assertThat(run.tree()).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("callers")
    void merge_leavesHolesInFiles(Caller caller) throws Exception {
        caller.require();
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), "echo 1 >1");
        run.runInOverlay("truncate -s 1G sparse; echo end >>sparse");
        run.merge();

        NativeProgram.Result blocks = NativeProgram.Result.of(new ProcessBuilder(
                "stat", "-c", "%b", run.tree().resolve("sparse").toString()));
        assertThat(Integer.parseInt(blocks.output().strip())).isLessThan(1000);
    }

    static Stream<Caller> callers() {
        return Stream.of(Caller.values());
    }
}
