package org.sandbox4j.local.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;

/** Runs small programs of the host for what they print, such as versions. Never for sandboxed commands. */
public final class HostTool {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

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
        CommandLine command = new CommandLine(program.toFile());
        arguments.forEach(argument -> command.addArgument(argument, false));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ExecuteWatchdog watchdog = ExecuteWatchdog.builder().setTimeout(TIMEOUT).get();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(output))
                .get();
        executor.setExitValues(null);
        executor.setWatchdog(watchdog);
        int exitCode = executor.execute(command, Map.of());
        if (watchdog.killedProcess()) {
            throw new IOException("'" + program + "' did not answer within " + TIMEOUT.toSeconds() + " s");
        }
        return new Answer(exitCode, output.toString(Charset.defaultCharset()));
    }
}
