package org.sandbox4j.local.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;

/** Runs small programs of the host for what they print, such as versions. Never for sandboxed commands. */
public final class HostTool {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** A tool's own children may keep its output open. */
    private static final Duration STREAMS_END_WITHIN = Duration.ofSeconds(2);

    /**
     * What a tool answered.
     *
     * @param exitCode its exit code
     * @param output what it printed on both streams
     */
    public record Answer(int exitCode, String output) {}

    private HostTool() {}

    /**
     * Runs a tool without input, in an empty environment.
     *
     * @param program the tool
     * @param arguments its arguments
     * @return what it answered
     * @throws IOException if it cannot be started, or takes longer than 10 seconds
     */
    public static Answer run(Path program, List<String> arguments) throws IOException {
        HostErrors.requireDescriptors();
        // In a thread of its own: commons-exec loses an interrupt of the thread that it runs in.
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ExecuteWatchdog watchdog = ExecuteWatchdog.builder().setTimeout(TIMEOUT).get();
        try {
            DaemonThread.of(() -> answer(program, arguments, watchdog, answer), "sandbox4j-host-tool")
                    .start();
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread for '" + program + "'", e);
        }
        return awaited(program, watchdog, answer);
    }

    /** An interrupt that was there before is none of this tool; one that comes now gives it up. Either stays set. */
    private static Answer awaited(Path program, ExecuteWatchdog watchdog, CompletableFuture<Answer> answer)
            throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return answer.get();
        } catch (InterruptedException e) {
            interrupted = true;
            watchdog.destroyProcess();
            throw new IOException("interrupted while '" + program + "' was asked", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void answer(
            Path program, List<String> arguments, ExecuteWatchdog watchdog, CompletableFuture<Answer> answer) {
        CommandLine command = new CommandLine(program.toFile());
        arguments.forEach(argument -> command.addArgument(argument, false));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PumpStreamHandler streams = new PumpStreamHandler(output);
        streams.setStopTimeout(STREAMS_END_WITHIN);
        DefaultExecutor executor =
                DefaultExecutor.builder().setExecuteStreamHandler(streams).get();
        executor.setExitValues(null);
        executor.setWatchdog(watchdog);
        try {
            int exitCode = execute(executor, command);
            if (watchdog.killedProcess()) {
                answer.completeExceptionally(lateAnswer(program));
            } else {
                answer.complete(new Answer(exitCode, output.toString(Charset.defaultCharset())));
            }
        } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(watchdog.killedProcess() ? lateAnswer(program) : e);
        }
    }

    /** Without a context class loader, as for any process, see {@link ContextClassLoader}. */
    private static int execute(DefaultExecutor executor, CommandLine command) throws IOException {
        Thread.currentThread().setContextClassLoader(null);
        return executor.execute(command, Map.of());
    }

    private static IOException lateAnswer(Path program) {
        return new IOException("'" + program + "' did not answer within " + TIMEOUT.toSeconds() + " s");
    }
}
