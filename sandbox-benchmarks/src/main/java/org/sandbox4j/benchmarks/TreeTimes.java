package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;

/**
 * How long work on many and on large files takes in a writable root that an overlay protects, next to the same bubblewrap
 * with a plain writable bind. In milliseconds.
 */
final class TreeTimes implements AutoCloseable {
    static final String RAW_ROUND_TRIP = "C: untar and delete, one run, plain bind (j)";
    static final String ROUND_TRIP = "**untar and delete, one run, protected (k)**";
    static final String RAW_STEPS = "C: untar, and delete in a second run, plain bind (l)";
    static final String STEPS = "untar, and delete in a second run, protected (m)";
    static final String RAW_WRITE = "C: write a large file, plain bind (n)";
    static final String WRITE = "**write a large file, protected (o)**";
    static final String RAW_CHANGE = "C: append to every file, plain bind (p)";
    static final String CHANGE = "append to every file, protected (q)";

    static final String MERGE_NEW = "new files, with their directories";
    static final String MERGE_CHANGED = "changed files";
    static final String MERGE_DELETED = "deleted files, with their directories";

    private static final int DIRECTORIES = 50;
    private static final int FILE_BYTES = 1500;

    private final LineServer spawn;
    private final Path root;
    private final Sandbox sandbox;
    private final Job unpack;
    private final Job delete;
    private final Job roundTrip;
    private final Job write;
    private final Job change;
    private final Map<String, Samples> inside = new LinkedHashMap<>();
    private final Map<String, Samples> merges = new LinkedHashMap<>();

    /** A command of a protected tree, and its recording with a plain bind. */
    private record Job(SandboxCommand command, Recording recording) {}

    /**
     * The results.
     *
     * @param whole times from the call to the return
     * @param inside for the protected contenders, times from the start of the command to its end
     * @param merges times outside of the command, less those of a run that changes nothing
     */
    record Result(Map<String, Samples> whole, Map<String, Samples> inside, Map<String, Samples> merges) {}

    TreeTimes(Path directory, Path spawnProgram, LineServer spawn, int files, int mebibytes)
            throws IOException, InterruptedException {
        this.spawn = spawn;
        Path tree = directory.resolve("tree");
        root = tree.resolve("root");
        BusyboxRoot.stage(root, true);
        stageFiles(files);
        Jobs jobs = new Jobs(tree, spawnProgram, directory.resolve("recorded"));
        unpack = jobs.job("tar xf /files.tar -C /work");
        delete = jobs.job("rm -r /work/files");
        roundTrip = jobs.job("tar xf /files.tar -C /work && rm -r /work/files");
        write = jobs.job("dd if=/dev/zero of=/work/large bs=1M count=" + mebibytes + " 2>/dev/null");
        change = jobs.job("for file in /staged/*/*; do echo more >> $file; done");
        sandbox = Sandboxes.openDiverting(tree);
    }

    private record Jobs(Path tree, Path spawnProgram, Path target) {
        Job job(String script) throws IOException, InterruptedException {
            SandboxCommand command = SandboxCommand.of("/bin/busybox", "sh", "-c", "PATH=/bin; " + script);
            Path recorded = target.resolve(Integer.toHexString(script.hashCode()));
            return new Job(command, Recording.of(tree, spawnProgram, recorded, command));
        }
    }

    Result measure(int rounds) throws IOException, InterruptedException {
        double idle = idle(rounds);
        Contest contest = new Contest()
                .add(RAW_ROUND_TRIP, () -> inC(roundTrip))
                .add(ROUND_TRIP, () -> measured(ROUND_TRIP, run(roundTrip)))
                .add(RAW_STEPS, () -> inC(unpack) + inC(delete))
                .add(STEPS, () -> steps(idle))
                .add(RAW_WRITE, () -> afterwardsRemoving("large", inC(write)))
                .add(WRITE, () -> afterwardsRemoving("large", measured(WRITE, run(write))))
                .add(RAW_CHANGE, () -> inC(change))
                .add(CHANGE, () -> change(idle))
                .warmUp(1, List.of(RAW_STEPS, STEPS, RAW_WRITE, WRITE, RAW_CHANGE, CHANGE));
        inside.clear();
        merges.clear();
        return new Result(contest.hold(rounds), inside, merges);
    }

    @Override
    public void close() {
        sandbox.close();
    }

    /** What a run that changes nothing takes outside of its command. */
    private double idle(int rounds) throws InterruptedException {
        Samples samples = new Samples();
        SandboxCommand nothing = SandboxCommand.of("/bin/true");
        for (int round = 0; round < 10 + rounds; round++) {
            samples.add(Timed.run(sandbox, nothing).outside());
        }
        return samples.median();
    }

    private double steps(double idle) throws InterruptedException {
        Timed unpacked = run(unpack);
        Timed deleted = run(delete);
        samples(merges, MERGE_NEW).add(unpacked.outside() - idle);
        samples(merges, MERGE_DELETED).add(deleted.outside() - idle);
        return measured(STEPS, unpacked.and(deleted));
    }

    private double change(double idle) throws InterruptedException {
        Timed changed = run(change);
        samples(merges, MERGE_CHANGED).add(changed.outside() - idle);
        return measured(CHANGE, changed);
    }

    private double measured(String name, Timed timed) {
        samples(inside, name).add(timed.inside());
        return timed.whole();
    }

    private static Samples samples(Map<String, Samples> all, String name) {
        return all.computeIfAbsent(name, unused -> new Samples());
    }

    private double afterwardsRemoving(String name, double time) throws IOException {
        Files.delete(root.resolve("work").resolve(name));
        return time;
    }

    private Timed run(Job job) throws InterruptedException {
        return Timed.run(sandbox, job.command());
    }

    private double inC(Job job) throws IOException {
        return spawn.askNanoseconds("run " + job.recording().directory()) / Timed.MILLISECOND;
    }

    private void stageFiles(int files) throws IOException, InterruptedException {
        Path staged = root.resolve("files");
        BusyboxRoot.stageFiles(staged, DIRECTORIES, files / DIRECTORIES, FILE_BYTES);
        Files.createDirectory(root.resolve("work"));
        List<String> tar = List.of(
                BusyboxRoot.program().toString(), "tar", "cf", root + "/files.tar", "-C", root.toString(), "files");
        int code = new ProcessBuilder(tar).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("tar exited with " + code);
        }
        Files.move(staged, root.resolve("staged"));
    }
}
