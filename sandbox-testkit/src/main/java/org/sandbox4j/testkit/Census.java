package org.sandbox4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What this JVM holds at one moment and may have leaked: open descriptors, threads, child processes, mounts, and files
 * in a directory.
 *
 * @param descriptors where the open descriptors lead
 * @param threads the names of the live threads
 * @param children the command lines of the live descendants
 * @param mounts the targets of the mounts that the JVM sees
 * @param files the paths in the directory that was counted
 */
public record Census(
        List<String> descriptors,
        List<String> threads,
        List<String> children,
        List<String> mounts,
        List<String> files) {

    /**
     * Counts.
     *
     * @param directory a directory whose files are counted as well
     * @return what there is
     */
    public static Census of(Path directory) {
        return new Census(openDescriptors(), liveThreads(), liveChildren(), visibleMounts(), filesIn(directory));
    }

    /**
     * Tells what has become more. Children, mounts and files must not; a JVM opens a few descriptors and starts a few
     * threads for itself, so that those may.
     *
     * @param before an earlier count
     * @param tolerance how many descriptors and threads there may be in addition
     * @return a line for each kind that has grown, empty if there is none
     */
    public List<String> growthSince(Census before, int tolerance) {
        List<String> growth = new ArrayList<>();
        compare("descriptors", before.descriptors, descriptors, tolerance, growth);
        compare("threads", before.threads, threads, tolerance, growth);
        compare("child processes", before.children, children, 0, growth);
        compare("mounts", before.mounts, mounts, 0, growth);
        compare("files", before.files, files, 0, growth);
        return growth;
    }

    private static void compare(
            String kind, Collection<String> before, Collection<String> after, int tolerance, List<String> growth) {
        if (after.size() <= before.size() + tolerance) {
            return;
        }
        Map<String, Long> added = counted(after);
        counted(before).forEach((name, count) -> added.merge(name, -count, Long::sum));
        added.values().removeIf(count -> count <= 0);
        growth.add(kind + " grew from " + before.size() + " to " + after.size() + ": " + added);
    }

    /** Numbers differ from one pipe, thread or pid to the next, and are left out. */
    private static Map<String, Long> counted(Collection<String> names) {
        return names.stream()
                .map(name -> name.replaceAll("[0-9]+", "N"))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static List<String> openDescriptors() {
        List<String> targets = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : links) {
                targets.add(target(link));
            }
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return targets;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private static List<String> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    private static List<String> liveChildren() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .map(child -> child.info().commandLine().orElse("pid " + child.pid()))
                .toList();
    }

    static List<String> visibleMounts() {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(line -> line.split(" ", -1)[4]).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> filesIn(Path directory) {
        try (var paths = Files.walk(directory)) {
            return paths.map(Path::toString).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
