package org.sandbox4j.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.Libraries;

/**
 * What is installed in the image: asked for in a sandbox, and remembered for a while. Thread-safe.
 */
final class LibraryList {
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** Lines with a kind, a name and, but for programs, a version. Programs that are not there give no lines. */
    private static final String SCRIPT = """
            IFS=:
            for directory in $PATH; do
              for program in "$directory"/*; do
                [ -f "$program" ] && [ -x "$program" ] && printf 'bin\\t%s\\n' "${program##*/}"
              done
            done
            dpkg-query -W -f 'system\\t${binary:Package}\\t${Version}\\n' 2>/dev/null
            python3 -c '
            import importlib.metadata
            for found in importlib.metadata.distributions():
                print("python", found.metadata["Name"], found.version or "?", sep="\\t")' 2>/dev/null
            true
            """;

    private final ShellRooms rooms;
    // Guarded by this.
    private @Nullable Libraries known;
    private long knownSince;

    LibraryList(ShellRooms rooms) {
        this.rooms = rooms;
    }

    synchronized Libraries get() throws IOException, InterruptedException {
        if (known == null || System.nanoTime() - knownSince > REMEMBERED.toNanos()) {
            known = parse(ask());
            knownSince = System.nanoTime();
        }
        return known;
    }

    private List<String> ask() throws IOException, InterruptedException {
        try (ShellPlace place = rooms.take()) {
            Unpacking.makeEmpty(place.home());
            SandboxResult result = place.sandbox()
                    .execute(SandboxCommand.builder("bash", "-c", SCRIPT)
                            .environment(Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
                            .flags(SandboxFlags.ROOT_READ_ONLY)
                            .stderr(Stdio.discard())
                            .timeout(LONGEST)
                            .build());
            return new String(result.stdout().bytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    static Libraries parse(List<String> lines) {
        Map<String, Map<String, String>> libraries = new LinkedHashMap<>();
        for (String kind : List.of("system", "python", "perl", "c")) {
            libraries.put(kind, new TreeMap<>());
        }
        TreeSet<String> programs = new TreeSet<>();
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            if (parts.length == 2 && parts[0].equals("bin")) {
                programs.add(parts[1]);
            } else if (parts.length == 3 && libraries.containsKey(parts[0])) {
                libraries.get(parts[0]).put(parts[1], parts[2].isEmpty() ? "?" : parts[2]);
            }
        }
        return new Libraries(libraries, List.copyOf(programs));
    }
}
