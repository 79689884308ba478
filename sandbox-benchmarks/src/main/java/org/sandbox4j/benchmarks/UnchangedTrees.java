package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.local.launch.HelperAnswer;
import org.sandbox4j.local.launch.Launcher;
import org.sandbox4j.local.launch.Launchers;

/** Whether a run in a protected root takes longer when the tree has more entries that it leaves alone. In milliseconds. */
final class UnchangedTrees implements AutoCloseable {
    static final String NOTHING = "`run(true)`";
    static final String ONE_FILE = "one new file, merged";
    static final String SURVEY = "survey, once for ordinary users";

    private static final int DIRECTORIES = 100;
    private static final SandboxCommand TRUE = SandboxCommand.of("/bin/true");
    private static final SandboxCommand TOUCH = SandboxCommand.of("/bin/busybox", "touch", "/made");

    private final Launcher launcher = Launchers.choose();
    private final Map<Integer, Sandbox> sandboxes = new LinkedHashMap<>();

    UnchangedTrees(Path directory, List<Integer> sizes) throws IOException {
        for (int entries : sizes) {
            Path tree = directory.resolve("tree-of-" + entries);
            Path root = tree.resolve("root");
            BusyboxRoot.stage(root, true);
            BusyboxRoot.stageFiles(root.resolve("files"), DIRECTORIES, entries / DIRECTORIES - 1, 0);
            sandboxes.put(entries, Sandboxes.openDiverting(tree));
        }
    }

    List<Integer> sizes() {
        return new ArrayList<>(sandboxes.keySet());
    }

    static String name(String what, int entries) {
        return "%s, %,d entries".formatted(what, entries);
    }

    Map<String, Samples> measure(int warmUp, int rounds) throws IOException, InterruptedException {
        Contest contest = new Contest();
        List<String> names = new ArrayList<>();
        for (String what : List.of(NOTHING, ONE_FILE, SURVEY)) {
            sandboxes.forEach((entries, sandbox) -> {
                names.add(name(what, entries));
                contest.add(
                        name(what, entries),
                        switch (what) {
                            case NOTHING -> () -> Timed.run(sandbox, TRUE).whole();
                            case ONE_FILE -> () -> touch(sandbox);
                            default -> () -> survey(sandbox.getDirectory());
                        });
            });
        }
        return contest.warmUp(warmUp, names).hold(rounds);
    }

    @Override
    public void close() {
        sandboxes.values().forEach(Sandbox::close);
    }

    private static double touch(Sandbox sandbox) throws IOException, InterruptedException {
        double time = Timed.run(sandbox, TOUCH).whole();
        Files.delete(sandbox.getDirectory().resolve("made"));
        return time;
    }

    /** The program that the library starts before the first diverted run of an ordinary user. */
    private double survey(Path root) {
        long start = System.nanoTime();
        HelperAnswer answer = launcher.help(List.of("survey", root.toString()), new byte[0], root);
        double time = (System.nanoTime() - start) / Timed.MILLISECOND;
        if (answer.exitCode() != 0) {
            throw new IllegalStateException("survey: " + answer);
        }
        return time;
    }
}
