package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random runs, each in a tree itself and through an overlay and its merge. The property {@code sandbox4j.merge.seeds} says
 * how many, {@code sandbox4j.merge.seed} which is the first.
 */
@Tag("any-jdk")
class MergeDifferentialIT {
    private static final int SEEDS = Integer.getInteger("sandbox4j.merge.seeds", 25);
    private static final int FIRST = Integer.getInteger("sandbox4j.merge.seed", 1);
    private static final int MOST_STEPS = 60;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void merge_randomRuns_leaveWhatPlainRunsLeave(Caller caller) throws Exception {
        caller.require();
        Files.setAttribute(directory, "unix:mode", 0755);
        NativeProgram program = NativeProgram.in(directory);
        for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
            compare(program, caller, seed);
        }
    }

    private void compare(NativeProgram program, Caller caller, int seed) throws Exception {
        RandomRun random = new RandomRun(seed, caller);
        String setup = random.setup();
        String script = random.script();
        OverlayRun plain = OverlayRun.prepare(program, caller, directory.resolve("plain" + seed), setup);
        plain.runPlainly(script);
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve("run" + seed), setup);
        List<String> cache = TreeSnapshot.exactly(run.directory().resolve("cache"));
        List<String> before = TreeSnapshot.exactly(run.tree());
        run.runInOverlay(script);
        run.call("merge", "" + (1 + new Random(seed).nextInt(MOST_STEPS)));
        boolean committed = run.isCommitted();
        if (run.isUnfinished() && seed % 2 == 0) {
            run.call("undo").requireSuccess();
            committed = false;
        }
        run.recover();

        String description = "seed " + seed + " as " + caller + ":\n" + setup + "\n--\n" + script;
        if (committed) {
            assertThat(TreeSnapshot.of(run.tree())).as(description).isEqualTo(TreeSnapshot.of(plain.tree()));
        } else {
            assertThat(TreeSnapshot.exactly(run.tree())).as(description).isEqualTo(before);
        }
        assertThat(TreeSnapshot.exactly(run.directory().resolve("cache")))
                .as(description)
                .isEqualTo(cache);
    }
}
