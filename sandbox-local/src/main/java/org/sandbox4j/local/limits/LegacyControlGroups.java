package org.sandbox4j.local.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Control groups of the first version: each controller has a tree of directories of its own. */
final class LegacyControlGroups implements ControlGroups {
    private final GroupFiles files;
    private final GroupNames names;
    private final Map<Controller, Path> parents;

    /**
     * Makes groups in given places.
     *
     * @param parents the group that this JVM is in, for each controller whose groups it may make
     */
    LegacyControlGroups(GroupFiles files, GroupNames names, Map<Controller, Path> parents) {
        this.files = files;
        this.names = names;
        this.parents = new EnumMap<>(parents);
        parents.values().forEach(parent -> GroupDirectories.removeLeftOver(files, parent, names));
    }

    @Override
    public String name() {
        return "cgroup v1";
    }

    @Override
    public Set<Controller> controllers() {
        return parents.keySet();
    }

    @Override
    public ControlGroup make(Map<Controller, Long> limits) throws IOException {
        String name = names.next();
        Group group = new Group(files, new EnumMap<>(Controller.class));
        try {
            for (Map.Entry<Controller, Long> limit : limits.entrySet()) {
                Path parent = parents.get(limit.getKey());
                if (parent == null) {
                    throw new IOException("no " + limit.getKey().kernelName() + " controller");
                }
                Path directory = parent.resolve(name);
                files.makeDirectory(directory);
                group.directories.put(limit.getKey(), directory);
                group.limit(limit.getKey(), directory, limit.getValue());
            }
        } catch (IOException | RuntimeException e) {
            group.remove();
            throw e;
        }
        return group;
    }

    /** One directory for each controller. */
    private record Group(GroupFiles files, Map<Controller, Path> directories) implements ControlGroup {
        void limit(Controller controller, Path directory, long amount) throws IOException {
            if (controller == Controller.MEMORY) {
                files.write(directory.resolve("memory.limit_in_bytes"), Long.toString(amount));
                limitSwap(directory, amount);
            } else if (controller == Controller.PROCESSES) {
                files.write(directory.resolve("pids.max"), ControlGroup.processes(amount));
            }
        }

        /** Memory and swap together; a kernel that does not count swap can at least be told to avoid it. */
        private void limitSwap(Path directory, long amount) throws IOException {
            Path both = directory.resolve("memory.memsw.limit_in_bytes");
            if (files.exists(both)) {
                files.write(both, Long.toString(amount));
            } else if (files.exists(directory.resolve("memory.swappiness"))) {
                files.write(directory.resolve("memory.swappiness"), "0");
            }
        }

        /** Unlike {@code cgroup.procs}, a thread enters here by itself without waiting until no processor forks any more. */
        @Override
        public List<String> entrances() {
            return directories.values().stream()
                    .map(directory -> directory.resolve("tasks").toString())
                    .toList();
        }

        /** Since Linux 4.13. How often the limit was reached, memory.failcnt, tells nothing: mostly there was cache to drop. */
        @Override
        public boolean ranOutOfMemory() throws IOException {
            Path directory = directories.get(Controller.MEMORY);
            return directory != null
                    && files.number(directory.resolve("memory.oom_control"), "oom_kill")
                                    .orElse(0)
                            > 0;
        }

        @Override
        public boolean endsAsOne() {
            return false;
        }

        @Override
        public long refusedForks() throws IOException {
            Path directory = directories.get(Controller.PROCESSES);
            return directory == null
                    ? 0
                    : files.number(directory.resolve("pids.events"), "max").orElse(0);
        }

        @Override
        public CpuTime cpuTime() throws IOException {
            Path directory = directories.get(Controller.CPU);
            if (directory == null) {
                return new CpuTime(Duration.ZERO, Duration.ZERO, Duration.ZERO);
            }
            long total = files.number(directory.resolve("cpuacct.usage"), "").orElse(0);
            long user =
                    files.number(directory.resolve("cpuacct.usage_user"), "").orElse(0);
            return new CpuTime(Duration.ofNanos(total), Duration.ofNanos(user), Duration.ofNanos(total - user));
        }

        @Override
        public OptionalLong peakMemory() throws IOException {
            Path directory = directories.get(Controller.MEMORY);
            return directory == null
                    ? OptionalLong.empty()
                    : files.number(directory.resolve("memory.max_usage_in_bytes"), "");
        }

        @Override
        public void remove() {
            directories.values().forEach(directory -> GroupDirectories.remove(files, directory));
        }
    }
}
