package org.sandbox4j.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.Stdio;

/** A program that takes 1 GiB of output and checks every byte. Argument: the sandbox's directory. */
final class CountOutput {
    static final long TOTAL = 1L << 30;

    private static final int PATTERN_SIZE = 8 << 20;

    private CountOutput() {}

    /** Writes {@code complete} and the number of bytes. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Sandbox sandbox = Sandbox.builder(Path.of(arguments[0])).open()) {
            byte[] pattern = new byte[PATTERN_SIZE];
            new Random(1).nextBytes(pattern);
            Files.write(sandbox.getDirectory().resolve("pattern"), pattern);
            PatternSink sink = new PatternSink(pattern);
            String script = "i=0; while [ $i -lt " + TOTAL / PATTERN_SIZE + " ]; do cat /pattern; i=$((i+1)); done";
            SandboxCommand command =
                    Programs.sh(script).toBuilder().stdout(Stdio.to(sink)).build();
            SandboxAssertions.assertThat(sandbox.execute(command)).succeeded();
            sink.assertComplete(TOTAL);
            System.out.println("complete: " + TOTAL);
        }
    }
}
