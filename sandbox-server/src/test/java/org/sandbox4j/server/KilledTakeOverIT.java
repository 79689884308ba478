package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.remote.RemoteOptions;

/** JVMs that are killed while they take over what a run on a server has changed. */
@Tag("any-jdk")
class KilledTakeOverIT {
    /** Kills that have to come in the middle, and those that may miss it for each of them. */
    private static final int KILLS = Integer.getInteger("sandbox4j.remote.kills", 2);

    private static final int MISSES = 8;

    private static final int FILES = 2000;
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Makes the next generation of a tree: a new number in each file, and directories that come and go. */
    private static final String NEXT_GENERATION = "n=$(cat /tree/0); next=$((n + 1)); i=0;"
            + " while [ $i -lt " + FILES
            + " ]; do echo $next > /tree/$i; i=$((i + 1)); done;"
            + " rm -r /tree/of-$n; mkdir -p /tree/of-$next/deep; echo $next > /tree/of-$next/deep/f";

    @TempDir
    private Path directory;

    /** A JVM that goes on until it is killed. Arguments: the server, the sandbox's directory. */
    static final class Generations {
        private Generations() {}

        public static void main(String[] arguments) throws Exception {
            try (Sandbox sandbox = open(URI.create(arguments[0]), Path.of(arguments[1]))) {
                while (true) {
                    SandboxResult result = sandbox.execute(SandboxCommand.of("/bin/sh", "-c", NEXT_GENERATION));
                    if (!result.succeeded()) {
                        throw new IllegalStateException(result.toString());
                    }
                }
            }
        }
    }

    private static Sandbox open(URI server, Path sandbox) {
        return Sandbox.builder(sandbox)
                .backend("remote")
                .with(RemoteOptions.server(server))
                .hostSystem()
                .open();
    }

    @Test
    void killedJvm_leavesTheTreeBeforeOrAfterTheRun() throws Exception {
        Path sandbox = directory.resolve("sandbox");
        Path tree = Files.createDirectories(sandbox.resolve("root/tree"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(tree.resolve("" + i), "0\n");
        }
        Files.createDirectories(tree.resolve("of-0/deep"));
        Files.writeString(tree.resolve("of-0/deep/f"), "0\n");
        int completed = 0;
        try (SandboxHttpServer server = SandboxHttpServer.builder()
                .dataDirectory(directory.resolve("data"))
                .port(0)
                .start()) {
            for (int i = 0; completed < KILLS && i < KILLS * MISSES; i++) {
                kill(server.url(), sandbox);
                boolean begun = Files.exists(sandbox.resolve("scratch/take-over"))
                        || Files.exists(sandbox.resolve("scratch/take-over-deleted"));
                completed += begun ? 1 : 0;
                open(server.url(), sandbox).close();
                assertIsOneGeneration(tree, begun);
            }
        }
        assertThat(completed)
                .as("take-overs that were begun and completed later")
                .isPositive();
    }

    /** As soon as something is taken over, or a moment later. */
    private void kill(URI server, Path sandbox) throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Generations.class.getName(),
                        server.toString(),
                        sandbox.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File(directory.toFile(), "output"))
                .start();
        try {
            Path journal = sandbox.resolve("scratch/take-over");
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofNanos(100_000))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(journal) || !jvm.isAlive());
            assertThat(jvm.isAlive())
                    .as(Files.readString(directory.resolve("output")))
                    .isTrue();
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_NANOS));
        } finally {
            jvm.destroyForcibly().waitFor();
        }
    }

    private static void assertIsOneGeneration(Path tree, boolean completed) throws IOException {
        Set<String> generations = new HashSet<>();
        for (int i = 0; i < FILES; i++) {
            generations.add(Files.readString(tree.resolve("" + i)).strip());
        }
        assertThat(generations)
                .as("generations, of which a part was completed: " + completed)
                .hasSize(1);
        String generation = generations.iterator().next();
        try (Stream<Path> directories = Files.list(tree).filter(Files::isDirectory)) {
            assertThat(directories.toList()).isEqualTo(List.of(tree.resolve("of-" + generation)));
        }
        assertThat(tree.resolve("of-" + generation + "/deep/f")).hasContent(generation + "\n");
    }
}
