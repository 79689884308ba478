package org.sandbox4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.Stdio;

/** A JVM of its own that takes the output of a sandbox, so that its memory can be looked at. See {@link LineServer}. */
final class OutputServer {
    private static final class CountingStream extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            count += length;
        }
    }

    private OutputServer() {}

    /** Takes the sandbox's directory and the launcher's name. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream answers = System.out;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Sandbox sandbox = Sandboxes.open(Path.of(arguments[0]), arguments[1])) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answers.println(
                        order.equals("memory")
                                ? PeakMemory.ofThisJvm().toLine()
                                : Long.toString(run(sandbox, Integer.parseInt(order.substring("run ".length())))));
            }
        }
    }

    private static long run(Sandbox sandbox, int files) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("cat"));
        command.addAll(Collections.nCopies(files, BusyboxRoot.DATA));
        CountingStream sink = new CountingStream();
        SandboxCommand cat = SandboxCommand.builder(command)
                .flags(SandboxFlags.ROOT_READ_ONLY)
                .stdout(Stdio.to(sink))
                .build();
        long start = System.nanoTime();
        int code = sandbox.execute(cat).exitCode();
        long duration = System.nanoTime() - start;
        if (code != 0 || sink.count != (long) files * BusyboxRoot.DATA_MEBIBYTES * BusyboxRoot.MEBIBYTE) {
            throw new IllegalStateException("cat exited with " + code + " after " + sink.count + " bytes");
        }
        return duration;
    }
}
