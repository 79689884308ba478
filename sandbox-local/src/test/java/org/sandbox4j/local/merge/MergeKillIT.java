package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills merges at random moments. Afterwards the tree must be what it was before the run, or what the run made of it. */
@Tag("any-jdk")
class MergeKillIT {
    private static final int KILLS = Integer.getInteger("sandbox4j.merge.kills", 55);
    private static final String SETUP = """
            for d in 1; do mkdir -p $d/keep $d/gone; (cd $d; seq 60 | sed 's,.*,keep/&,' | xargs touch;
            seq 60 | sed 's,.*,gone/&,' | xargs touch); done
            find . -depth -exec touch -h -d '2001-01-01 01:02:03.123456789' {} +
            """;
    private static final String SCRIPT = """
            for d in 1; do rm -r $d/gone; mkdir $d/gone $d/new; (cd $d; seq 80 | sed 's,.*,gone/new&,' | xargs touch;
            seq 80 | sed 's,.*,new/&,' | xargs touch; seq 20 | sed 's,.*,keep/&,' | xargs rm;
            seq 21 50 | sed 's,.*,keep/&,' | xargs chmod 600; echo x >keep/60); chmod 700 $d; done
            find . -depth -exec touch -h -d '2002-01-01 01:02:03.5' {} +
            """;

    @TempDir
    Path directory;

    private NativeProgram program;

    @ParameterizedTest
    @EnumSource
    void merge_killedAtRandomMoments_isCompleteOrNeverWas(Caller caller) throws Exception {
        caller.require();
        Files.setAttribute(directory, "unix:mode", 0755);
        program = NativeProgram.in(directory);
        OverlayRun whole = staged(caller, "whole");
        List<String> before = TreeSnapshot.of(whole.tree());
        long started = System.nanoTime();
        whole.merge();
        double longest = System.nanoTime() - started;
        List<String> after = TreeSnapshot.of(whole.tree());

        int complete = 0;
        Random random = new Random(7);
        for (int kill = 0; kill < KILLS; kill++) {
            OverlayRun run = staged(caller, "run" + kill);
            kill(run.command("merge").start(), (long) (random.nextDouble() * longest));
            boolean committed = run.isCommitted();
            // How long a merge takes depends on what else the machine does.
            longest *= committed ? 0.9 : 1.1;
            if (kill % 3 == 0) {
                kill(run.command("recover").start(), (long) (random.nextDouble() * longest));
            }
            run.recover();
            assertThat(TreeSnapshot.of(run.tree())).isEqualTo(committed ? after : before);
            complete += committed ? 1 : 0;
        }
        assertThat(complete).as("Both ends must have been seen.").isBetween(1, KILLS - 1);
    }

    private OverlayRun staged(Caller caller, String name) throws Exception {
        OverlayRun run = OverlayRun.prepare(program, caller, directory.resolve(name), SETUP);
        run.runInOverlay(SCRIPT);
        return run;
    }

    /** The moment is the point of the test: there is no condition to wait for. */
    private static void kill(Process process, long nanoseconds) throws InterruptedException {
        LockSupport.parkNanos(nanoseconds);
        process.destroyForcibly();
        process.waitFor();
    }
}
