package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** How fast a lot of output comes out of a sandbox, next to a plain pipe, and what memory the JVM needs. In MiB/s. */
final class OutputRate {
    private static final int WARM_UP = 2;

    static final String RAW = "C: plain pipe, no sandbox";
    static final String NATIVE = "sandbox, native launcher";
    static final String PROCESS = "sandbox, process launcher";

    /** The results. */
    record Result(Map<String, Samples> rates, PeakMemory nativeMemory, PeakMemory processMemory) {}

    private final LineServer spawn;
    private final Path sandbox;
    private final int mebibytes;

    OutputRate(LineServer spawn, Path sandbox, int mebibytes) {
        this.spawn = spawn;
        this.sandbox = sandbox;
        this.mebibytes = mebibytes;
    }

    Result measure(int rounds) throws IOException, InterruptedException {
        BusyboxRoot.stage(sandbox.resolve("root"), true);
        BusyboxRoot.stageData(sandbox.resolve("root"));
        try (LineServer nativeJvm = start(Sandboxes.NATIVE);
                LineServer processJvm = start(Sandboxes.PROCESS)) {
            int files = mebibytes / BusyboxRoot.DATA_MEBIBYTES;
            Map<String, Samples> rates = new Contest()
                    .add(RAW, () -> rate(spawn.askNanoseconds("drain " + plainCommand(files))))
                    .add(NATIVE, () -> rate(nativeJvm.askNanoseconds("run " + files)))
                    .add(PROCESS, () -> rate(processJvm.askNanoseconds("run " + files)))
                    .warmUp(WARM_UP, List.of(RAW, NATIVE, PROCESS))
                    .hold(rounds);
            return new Result(
                    rates, PeakMemory.fromLine(nativeJvm.ask("memory")), PeakMemory.fromLine(processJvm.ask("memory")));
        }
    }

    private double rate(long nanoseconds) {
        return mebibytes * 1e9 / nanoseconds;
    }

    private String plainCommand(int files) {
        Path root = sandbox.resolve("root");
        List<String> command = new ArrayList<>(List.of(root + "/bin/busybox", "cat"));
        command.addAll(Collections.nCopies(files, root + BusyboxRoot.DATA));
        return String.join("\t", command);
    }

    private LineServer start(String launcher) throws IOException {
        List<String> command = JavaCommand.of(OutputServer.class, System.getProperty("java.class.path"), "-Xmx96m");
        command.addAll(List.of(sandbox.toString(), launcher));
        return LineServer.start(command);
    }
}
