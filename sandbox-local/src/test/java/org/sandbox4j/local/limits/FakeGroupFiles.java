package org.sandbox4j.local.limits;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Plays the kernel for control groups, as cgroups(7) and the kernel's cgroup-v2.rst describe them: a fake, since the second
 * version can seldom be had on a machine that builds. Groups of the second version have the files of the controllers that
 * the group above passes on, and pass none on while they have processes.
 */
final class FakeGroupFiles implements GroupFiles {
    private final Map<Path, String> files = new TreeMap<>();
    private final Set<Path> directories = new TreeSet<>();
    private final Set<Path> unwritable = new TreeSet<>();
    private final Set<Path> delegated = new TreeSet<>();
    private final boolean unified;
    private int refusedRemovals;

    FakeGroupFiles(boolean unified) {
        this.unified = unified;
    }

    /** Makes a group with processes and, in the second version, with controllers to pass on. */
    FakeGroupFiles group(Path directory, String controllers, String processes) {
        directories.add(directory);
        files.put(directory.resolve("cgroup.procs"), processes);
        if (unified) {
            files.put(directory.resolve("cgroup.controllers"), controllers);
            files.put(directory.resolve("cgroup.subtree_control"), "");
        }
        return this;
    }

    FakeGroupFiles delegate(Path directory) {
        delegated.add(directory);
        return this;
    }

    FakeGroupFiles forbid(Path directory) {
        unwritable.add(directory);
        return this;
    }

    FakeGroupFiles refuseRemovals(int count) {
        refusedRemovals = count;
        return this;
    }

    void set(Path file, String content) {
        files.put(file, content);
    }

    Set<Path> groups() {
        return directories;
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        if (!directories.add(directory)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        Path parent = directory.resolve("..").normalize();
        files.put(directory.resolve("cgroup.procs"), "");
        if (!unified) {
            fill(directory, directory.toString().contains("/memory/") ? "memory" : "");
            fill(directory, directory.toString().contains("/pids/") ? "pids" : "");
            fill(directory, directory.toString().contains("/cpuacct/") ? "cpuacct" : "");
            return;
        }
        String passedOn = files.getOrDefault(parent.resolve("cgroup.subtree_control"), "");
        files.put(directory.resolve("cgroup.controllers"), passedOn);
        files.put(directory.resolve("cgroup.subtree_control"), "");
        files.put(directory.resolve("cpu.stat"), "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
        for (String controller : passedOn.split(" ", -1)) {
            fill(directory, controller);
        }
    }

    private void fill(Path directory, String controller) {
        Map<String, String> added = switch (controller) {
            case "memory" ->
                unified
                        ? Map.of(
                                "memory.max", "max",
                                "memory.swap.max", "max",
                                "memory.oom.group", "0",
                                "memory.peak", "0",
                                "memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n")
                        : Map.of(
                                "memory.limit_in_bytes", "9223372036854771712",
                                "memory.memsw.limit_in_bytes", "9223372036854771712",
                                "memory.swappiness", "60",
                                "memory.max_usage_in_bytes", "0",
                                "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
            case "pids" -> Map.of("pids.max", "max", "pids.events", "max 0\n");
            case "cpuacct" -> Map.of("cpuacct.usage", "0\n", "cpuacct.usage_user", "0\n");
            default -> Map.of();
        };
        added.forEach((name, content) -> files.put(directory.resolve(name), content));
    }

    @Override
    public void removeDirectory(Path directory) throws IOException {
        if (!directories.contains(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!files.get(directory.resolve("cgroup.procs")).isBlank()) {
            throw new DirectoryNotEmptyException(directory + ": Device or resource busy");
        }
        if (refusedRemovals-- > 0) {
            throw new IOException(directory + ": Device or resource busy");
        }
        directories.remove(directory);
        files.keySet().removeIf(file -> file.startsWith(directory));
    }

    @Override
    public List<String> directories(Path directory) {
        List<String> names = new ArrayList<>();
        for (Path group : directories) {
            if (directory.equals(group.getParent())) {
                names.add(group.getFileName().toString());
            }
        }
        return names;
    }

    @Override
    public boolean exists(Path file) {
        return files.containsKey(file) || directories.contains(file);
    }

    @Override
    public boolean isWritable(Path file) {
        return exists(file) && unwritable.stream().noneMatch(file::startsWith);
    }

    @Override
    public boolean isDelegated(Path directory) {
        return delegated.contains(directory);
    }

    @Override
    public String read(Path file) throws IOException {
        String content = files.get(file);
        if (content == null) {
            throw new FileNotFoundException(file.toString());
        }
        return content;
    }

    @Override
    public void write(Path file, String content) throws IOException {
        if (!files.containsKey(file)) {
            throw new FileNotFoundException(file + " (Permission denied)");
        }
        String name = file.getFileName().toString();
        if (name.equals("cgroup.subtree_control")) {
            passOn(file, content);
        } else if (name.equals("cgroup.procs")) {
            enter(file, content);
        } else {
            files.put(file, content);
        }
    }

    private void passOn(Path file, String content) throws IOException {
        if (!files.get(file.resolveSibling("cgroup.procs")).isBlank()) {
            throw new IOException("Device or resource busy");
        }
        String controller = content.substring(1);
        if (!files.get(file.resolveSibling("cgroup.controllers")).contains(controller)) {
            throw new IOException("No such file or directory");
        }
        Set<String> all = new LinkedHashSet<>(List.of(files.get(file).split(" ", -1)));
        all.remove("");
        all.add(controller);
        files.put(file, String.join(" ", all));
    }

    private void enter(Path file, String pid) {
        files.replaceAll((other, content) -> other.endsWith("cgroup.procs")
                ? content.lines().filter(line -> !line.equals(pid)).reduce("", (all, line) -> all + line + "\n")
                : content);
        files.merge(file, pid + "\n", String::concat);
    }
}
