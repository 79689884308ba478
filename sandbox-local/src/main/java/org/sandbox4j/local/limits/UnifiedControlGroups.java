package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Control groups of the second version: one tree of directories, in which a group passes controllers on to those in it. */
final class UnifiedControlGroups implements ControlGroups {
    /** A group that passes controllers on may have no process itself, so those that were in it go here. */
    static final String CALLERS = "sandbox4j-callers";

    private static final int ATTEMPTS = 10;

    private final GroupFiles files;
    private final GroupNames names;
    private final Path parent;
    private final Set<Controller> controllers;

    private UnifiedControlGroups(GroupFiles files, GroupNames names, Path parent, Set<Controller> controllers) {
        this.files = files;
        this.names = names;
        this.parent = parent;
        this.controllers = controllers;
        GroupDirectories.removeLeftOver(files, parent, names);
    }

    /**
     * Prepares the group that this JVM is in for groups in it. The processes of a group that was delegated are moved into
     * one below it, as whoever a group is delegated to is expected to do.
     *
     * @param own the group that this JVM is in
     * @throws IOException if nothing can be made there
     */
    static UnifiedControlGroups in(GroupFiles files, GroupNames names, Path own) throws IOException {
        Path parent = own.endsWith(CALLERS) ? own.resolve("..").normalize() : own;
        if (!files.isWritable(parent) || !files.isWritable(parent.resolve("cgroup.procs"))) {
            throw new IOException("'" + parent + "' may not be written");
        }
        EnumSet<Controller> controllers = EnumSet.of(Controller.CPU);
        List<String> offered = words(files, parent.resolve("cgroup.controllers"));
        for (Controller controller : List.of(Controller.MEMORY, Controller.PROCESSES)) {
            if (offered.contains(controller.kernelName())) {
                controllers.add(controller);
            }
        }
        passOn(files, parent, controllers);
        return new UnifiedControlGroups(files, names, parent, controllers);
    }

    private static void passOn(GroupFiles files, Path parent, Set<Controller> controllers) throws IOException {
        Path passedOn = parent.resolve("cgroup.subtree_control");
        List<String> already = words(files, passedOn);
        for (Controller controller : controllers) {
            if (controller != Controller.CPU && !already.contains(controller.kernelName())) {
                passOn(files, parent, passedOn, "+" + controller.kernelName());
            }
        }
    }

    private static void passOn(GroupFiles files, Path parent, Path passedOn, String controller) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                files.write(passedOn, controller);
                return;
            } catch (IOException e) {
                // It has processes. While they are moved, they may start others.
                if (attempt == ATTEMPTS || !files.isDelegated(parent)) {
                    throw e;
                }
                moveProcesses(files, parent);
            }
        }
    }

    private static void moveProcesses(GroupFiles files, Path parent) throws IOException {
        Path callers = parent.resolve(CALLERS);
        if (!files.exists(callers)) {
            files.makeDirectory(callers);
        }
        for (String pid : words(files, parent.resolve("cgroup.procs"))) {
            try {
                files.write(callers.resolve("cgroup.procs"), pid);
            } catch (IOException e) {
                // It has ended meanwhile; if not, passing on fails again and says so.
            }
        }
    }

    private static List<String> words(GroupFiles files, Path file) throws IOException {
        return Arrays.stream(files.read(file).split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    @Override
    public String name() {
        return "cgroup v2";
    }

    @Override
    public Set<Controller> controllers() {
        return controllers;
    }

    @Override
    public ControlGroup make(Map<Controller, Long> limits) throws IOException {
        Path directory = parent.resolve(names.next());
        files.makeDirectory(directory);
        Group group = new Group(files, directory, limits.keySet());
        try {
            group.limit(limits);
        } catch (IOException | RuntimeException e) {
            group.remove();
            throw e;
        }
        return group;
    }

    /** One directory. */
    private record Group(GroupFiles files, Path directory, Set<Controller> controllers) implements ControlGroup {
        private Group {
            controllers = Set.copyOf(controllers);
        }

        void limit(Map<Controller, Long> limits) throws IOException {
            if (limits.containsKey(Controller.MEMORY)) {
                files.write(directory.resolve("memory.max"), Long.toString(limits.get(Controller.MEMORY)));
                writeIfThere("memory.swap.max", "0");
                writeIfThere("memory.oom.group", "1");
            }
            if (limits.containsKey(Controller.PROCESSES)) {
                files.write(directory.resolve("pids.max"), ControlGroup.processes(limits.get(Controller.PROCESSES)));
            }
        }

        private void writeIfThere(String name, String content) throws IOException {
            if (files.exists(directory.resolve(name))) {
                files.write(directory.resolve(name), content);
            }
        }

        @Override
        public List<String> entrances() {
            return List.of(directory.resolve("cgroup.procs").toString());
        }

        @Override
        public boolean ranOutOfMemory() throws IOException {
            return controllers.contains(Controller.MEMORY)
                    && files.number(directory.resolve("memory.events"), "oom_kill")
                                    .orElse(0)
                            > 0;
        }

        /** Since Linux 4.19. */
        @Override
        public boolean endsAsOne() {
            return files.exists(directory.resolve("memory.oom.group"));
        }

        @Override
        public long refusedForks() throws IOException {
            return controllers.contains(Controller.PROCESSES)
                    ? files.number(directory.resolve("pids.events"), "max").orElse(0)
                    : 0;
        }

        @Override
        public CpuTime cpuTime() throws IOException {
            Path statistics = directory.resolve("cpu.stat");
            return new CpuTime(
                    microseconds(statistics, "usage_usec"),
                    microseconds(statistics, "user_usec"),
                    microseconds(statistics, "system_usec"));
        }

        private Duration microseconds(Path statistics, String word) throws IOException {
            return Duration.of(files.number(statistics, word).orElse(0), ChronoUnit.MICROS);
        }

        /** Since Linux 5.19. */
        @Override
        public OptionalLong peakMemory() throws IOException {
            Path peak = directory.resolve("memory.peak");
            return controllers.contains(Controller.MEMORY) && files.exists(peak)
                    ? files.number(peak, "")
                    : OptionalLong.empty();
        }

        @Override
        public void remove() {
            GroupDirectories.remove(files, directory);
        }
    }
}
