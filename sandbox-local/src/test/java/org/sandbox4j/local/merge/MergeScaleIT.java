package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large trees, looking for links, and removing trees. */
@Tag("any-jdk")
class MergeScaleIT {
    private static final String MANY = "for d in $(seq 100); do mkdir $d; (cd $d; seq 1000 | xargs touch); done; ";

    @TempDir
    Path directory;

    private NativeProgram program;

    @BeforeEach
    void makeReachable() throws Exception {
        Files.setAttribute(directory, "unix:mode", 0755);
        program = NativeProgram.in(directory);
    }

    @ParameterizedTest
    @EnumSource
    void merge_manyEntries_movesThemAll(Caller caller) throws Exception {
        caller.require();
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), "mkdir old; cd old; " + MANY);
        run.runInOverlay("mkdir new; cd new; " + MANY + "cd ../old; rm -r 1?; rm 2?/5*; echo x >99/999");
        run.merge();

        try (Stream<Path> files = Files.walk(run.tree())) {
            assertThat(files.count()).isEqualTo(3 + 100 + 100_000 + 90 * 1001 - 10 * 111);
        }
        assertThat(run.tree().resolve("old/99/999")).hasContent("x");
        assertThat(program.run(caller, "survey", run.tree().toString()).exitCode())
                .isZero();
        run.shell(run.tree(), "ln old/99/999 new/1/again");
        assertThat(program.run(caller, "survey", run.tree().toString()).exitCode())
                .isEqualTo(3);
        program.run(caller, "discard", run.tree().toString()).requireSuccess();
        assertThat(run.tree()).doesNotExist();
    }

    @Test
    void survey_linksFromOutsideAndLinksToLinks_areNotItsBusiness() throws Exception {
        OverlayRun run = OverlayRun.prepare(
                program, Caller.USER, directory.resolve("run"), "echo 1 >../1; ln ../1 1; ln -s 1 l; ln l m; mkdir d");

        assertThat(program.run(Caller.USER, "survey", run.tree().toString()).exitCode())
                .isZero();
        run.shell(run.tree(), "ln 1 d/1");
        assertThat(program.run(Caller.USER, "survey", run.tree().toString()).exitCode())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void discard_anything_removesItWithoutFollowingLinks(Caller caller) throws Exception {
        caller.require();
        OverlayRun run = OverlayRun.prepare(
                program,
                caller,
                directory.resolve("run"),
                "mkdir -p ../kept a/b/c e; echo 1 >../kept/1; ln -s ../../kept a/l; ln -s /etc a/b/etc; echo x >a/b/c/x; "
                        + "mkfifo e/f; n=$(printf '\\377%0200d' 1); mkdir $n; echo y >$n/y; chmod 0 $n; chmod 0 a/b/c e; chmod 555 a/b");

        program.run(caller, "discard", run.tree().toString()).requireSuccess();
        assertThat(run.tree()).doesNotExist();
        assertThat(run.directory().resolve("kept/1")).hasContent("1");
        program.run(caller, "discard", run.tree().toString()).requireSuccess();
    }

    @ParameterizedTest
    @EnumSource
    void merge_ofAnotherDirectoryThanAnnounced_isRefused(Caller caller) throws Exception {
        caller.require();
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), "mkdir a; echo 1 >a/1", "a");
        run.runInOverlay("echo 2 >2");
        run.shell(run.tree(), "mv a b; mkdir a");

        NativeProgram.Result result = run.call("merge");
        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.output())
                .isEqualTo("sandbox-merge: open 0 " + run.tree().resolve("a") + "\n");
        assertThat(run.call("merge").output()).startsWith("sandbox-merge: prepare 17 ");
        run.recover();
        assertThat(run.tree().resolve("b/2")).doesNotExist();
    }

    /** What cannot be finished now is finished later: nothing is lost on the way. */
    @Test
    void merge_failingAfterTheCommit_isFinishedByRecover() throws Exception {
        Caller caller = Caller.USER;
        caller.require();
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run"), "mkdir a b; echo 1 >b/1");
        run.runInOverlay("echo 2 >a/2; echo 2 >b/1");
        assertThat(run.call("merge", "2").exitCode()).isNotZero();
        assertThat(run.isCommitted()).isTrue();
        run.shell(run.tree(), "mv b c");

        NativeProgram.Result result = run.call("recover");
        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.output())
                .isEqualTo("sandbox-merge: open 2 " + run.tree().resolve("b") + "\n");
        run.shell(run.tree(), "mv c b");
        run.recover();
        assertThat(run.tree().resolve("a/2")).hasContent("2");
        assertThat(run.tree().resolve("b/1")).hasContent("2");
    }

    @Test
    void recover_ofWhatIsGone_isDone() throws Exception {
        for (String mode : new String[] {"merge", "recover", "discard"}) {
            program.run(Caller.USER, mode, directory.resolve("nothing").toString(), directory.toString())
                    .requireSuccess();
        }
    }
}
