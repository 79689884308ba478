package org.sandbox4j.local.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removing a directory of ours. */
@Tag("any-jdk")
class DiscardIT {
    private static final int ATTEMPTS = 5;

    @TempDir
    Path directory;

    /** As a run does whose JVM was killed a moment ago. */
    @Test
    void discard_directoryThatIsFilledMeanwhile_isRemovedAtLast() throws Exception {
        NativeProgram program = NativeProgram.in(directory);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path transaction = directory.resolve("transaction-" + attempt);
            Path work = Files.createDirectories(transaction.resolve("0/work"));
            Process writer = new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); > $1/$i; done",
                            "sh",
                            work.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("said").toFile())
                    .start();
            while (Files.notExists(work.resolve("100"))) {
                Thread.onSpinWait();
            }

            NativeProgram.Result result = program.run(Caller.ROOT, "discard", transaction.toString());

            writer.destroyForcibly().waitFor();
            assertThat(result).isEqualTo(new NativeProgram.Result(0, ""));
            assertThat(transaction).doesNotExist();
        }
    }
}
