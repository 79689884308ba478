package org.sandbox4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What {@code /proc} of this host tells about its processes, in the way everybody on the host can see it. */
final class HostProcesses {
    private static final Path PROC = Path.of("/proc");

    private HostProcesses() {}

    /** Returns the processes whose command line holds the text, each as process id and command line. Zombies have none. */
    static List<String> withArgument(String text) {
        return processesWhere(process -> read(process.resolve("cmdline")).contains(text));
    }

    private static List<String> processesWhere(Predicate<Path> condition) {
        return all().stream()
                .filter(condition)
                .map(process -> process.getFileName() + ": "
                        + read(process.resolve("cmdline")).replace('\0', ' ').strip())
                .toList();
    }

    /**
     * Returns the processes that have to do with a directory of the host, each as process id and command line: their command
     * line names it, they work in it, or something of it is mounted where they are. Of a process that may not be looked
     * into, only the command line counts.
     */
    static List<String> around(Path directory) {
        String name = directory.toString();
        return processesWhere(process -> read(process.resolve("cmdline")).contains(name)
                || link(process.resolve("cwd")).startsWith(name)
                || read(process.resolve("mountinfo")).contains(name));
    }

    /** Returns the states of the processes whose command line holds the text, in the letters of proc(5). */
    static List<Character> statesOf(String text) {
        List<Character> states = new ArrayList<>();
        for (Path process : all()) {
            if (read(process.resolve("cmdline")).contains(text)) {
                String status = read(process.resolve("stat"));
                int name = status.lastIndexOf(") ");
                if (name >= 0) {
                    states.add(status.charAt(name + 2));
                }
            }
        }
        return states;
    }

    private static List<Path> all() {
        List<Path> processes = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            entries.forEach(processes::add);
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return processes;
    }

    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** A process may end while it is looked at. Bytes become characters one by one. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
