package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** What a table was measured on. */
final class HostDescription {
    private HostDescription() {}

    static String describe() throws IOException, InterruptedException {
        return "%s; %d cores (%s), load %s at the start; Linux %s; %s; %s; %s %s; as %s"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                        System.getProperty("os.version"),
                        firstLine(Recording.bubblewrap().toString(), "--version"),
                        firstLine("getconf", "GNU_LIBC_VERSION"),
                        System.getProperty("java.vm.name"),
                        Runtime.version(),
                        System.getProperty("user.name").equals("root") ? "root" : "an ordinary user");
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"));
    }

    private static String firstLine(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().findFirst().orElse("?");
    }
}
