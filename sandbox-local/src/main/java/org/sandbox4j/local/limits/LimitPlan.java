package org.sandbox4j.local.limits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.local.launch.InitLimits;

/**
 * How the limits of one run are enforced. A pure function of the limits and the host.
 *
 * @param amounts the limits, in the units of their resources
 * @param group what a control group is to hold, each with its amount; empty for none
 * @param init what the init program sets and watches
 * @param unenforced what does not hold in full
 */
public record LimitPlan(
        Map<Resource, Long> amounts, Map<Controller, Long> group, InitLimits init, Set<Resource> unenforced) {
    /** bubblewrap and the init program, which are in the group of the command. */
    private static final int OWN_PROCESSES_IN_GROUP = 2;

    /** The init program, which is in the user namespace of the command. */
    private static final int OWN_PROCESSES_IN_NAMESPACE = 1;

    /** The kernel takes 0 for no limit at all, tmpfs(5). */
    private static final long SMALLEST_FILE_SYSTEM = 1;

    static final LimitPlan NONE =
            new LimitPlan(Map.of(), Map.of(), InitLimits.defaults(), EnumSet.noneOf(Resource.class));

    /**
     * What of a run matters for its limits.
     *
     * @param sizesFileSystems whether the backend can limit file systems in memory here
     * @param batch whether {@code /tmp} is a directory of the host
     */
    public record Place(boolean sizesFileSystems, boolean batch) {}

    /**
     * Makes a plan.
     *
     * @throws SandboxUnsupportedException if a required limit would not hold in full
     */
    static LimitPlan of(ResourceLimits limits, HostLimits host, Place place) {
        return limits.isEmpty() ? NONE : new Planning(limits, host, place).plan();
    }

    /** Tells whether nothing was limited. */
    boolean isEmpty() {
        return amounts.isEmpty() && unenforced.isEmpty();
    }

    /** Returns an amount of time. */
    public Optional<Duration> time(Resource resource) {
        return Optional.ofNullable(amounts.get(resource)).map(Duration::ofNanos);
    }

    /** Returns an amount. */
    public OptionalLong amount(Resource resource) {
        Long amount = amounts.get(resource);
        return amount == null ? OptionalLong.empty() : OptionalLong.of(amount);
    }

    /** Returns the size that a file system in memory is to have. */
    public OptionalLong size(Resource resource) {
        OptionalLong amount = amount(resource);
        return amount.isPresent()
                ? OptionalLong.of(Math.max(SMALLEST_FILE_SYSTEM, amount.getAsLong()))
                : OptionalLong.empty();
    }

    private static final class Planning {
        private final ResourceLimits limits;
        private final HostLimits host;
        private final Place place;
        private final Map<Resource, Long> amounts = new EnumMap<>(Resource.class);
        private final Map<Controller, Long> group = new EnumMap<>(Controller.class);
        private final List<InitLimits.Limit> processLimits = new ArrayList<>();
        private final EnumSet<InitLimits.Watched> watched = EnumSet.noneOf(InitLimits.Watched.class);
        private final EnumSet<Resource> unenforced = EnumSet.noneOf(Resource.class);

        Planning(ResourceLimits limits, HostLimits host, Place place) {
            this.limits = limits;
            this.host = host;
            this.place = place;
        }

        LimitPlan plan() {
            if (limits.limit(Resource.CORE).isEmpty()) {
                processLimit(ProcessLimits.CORE, 0);
            }
            limits.asMap().forEach(this::add);
            return new LimitPlan(
                    Collections.unmodifiableMap(amounts),
                    Collections.unmodifiableMap(group),
                    new InitLimits(processLimits, watched),
                    Collections.unmodifiableSet(unenforced));
        }

        private void add(Resource resource, ResourceLimits.Limit limit) {
            if (!holds(resource, limit.amount())) {
                if (limit.enforcement() == Enforcement.REQUIRED) {
                    throw new SandboxUnsupportedException(Remedies.of(resource, host, place));
                }
                unenforced.add(resource);
            }
            amounts.put(resource, limit.amount());
            enforce(resource, limit.amount());
        }

        /** Without a group the first process is there before it can be refused. */
        private boolean holds(Resource resource, long amount) {
            boolean refusesTheCommandItself = resource == Resource.PROCESSES && amount == 0;
            return host.enforces(resource, place)
                    && (!refusesTheCommandItself || host.controllers().contains(Controller.PROCESSES));
        }

        private void enforce(Resource resource, long amount) {
            switch (resource) {
                case WALL_TIME, OUTPUT -> {}
                case CPU_TIME -> limitCpu(amount);
                case MEMORY -> limitMemory(amount);
                case PROCESSES -> limitProcesses(amount);
                case FILE_SIZE -> processLimit(ProcessLimits.FILE_SIZE, amount);
                case OPEN_FILES -> processLimit(ProcessLimits.OPEN_FILES, amount);
                case CORE -> processLimit(ProcessLimits.CORE, amount);
                case TMP_SIZE -> limitSize(resource, InitLimits.Watched.TMP);
                case SHM_SIZE -> limitSize(resource, InitLimits.Watched.SHARED_MEMORY);
            }
        }

        /** Each process alone is held to it as well, which needs nobody to watch: first by SIGXCPU, then by SIGKILL. */
        private void limitCpu(long nanoseconds) {
            long seconds = Duration.ofNanos(nanoseconds).plusNanos(999_999_999).toSeconds();
            processLimits.add(new InitLimits.Limit(
                    ProcessLimits.CPU, atMost(ProcessLimits.CPU, seconds), atMost(ProcessLimits.CPU, seconds + 1)));
            if (host.controllers().contains(Controller.CPU)) {
                group.put(Controller.CPU, nanoseconds);
            }
        }

        /** What one process has for itself; RLIMIT_AS would also count what programs reserve and never use. */
        private void limitMemory(long bytes) {
            if (host.controllers().contains(Controller.MEMORY)) {
                group.put(Controller.MEMORY, bytes);
            } else {
                processLimit(ProcessLimits.DATA, bytes);
            }
        }

        private void limitProcesses(long count) {
            if (host.controllers().contains(Controller.PROCESSES)) {
                group.put(Controller.PROCESSES, sum(count, OWN_PROCESSES_IN_GROUP));
            } else if (host.countsProcessesApart()) {
                processLimit(ProcessLimits.PROCESSES, sum(count, OWN_PROCESSES_IN_NAMESPACE));
                watched.add(InitLimits.Watched.PROCESSES);
            }
        }

        private void limitSize(Resource resource, InitLimits.Watched fileSystem) {
            if (host.enforces(resource, place)) {
                watched.add(fileSystem);
            } else {
                amounts.remove(resource);
            }
        }

        private void processLimit(int number, long amount) {
            long possible = atMost(number, amount);
            processLimits.add(new InitLimits.Limit(number, possible, possible));
        }

        private long atMost(int number, long amount) {
            return Math.min(amount, host.ceilings().getOrDefault(number, Long.MAX_VALUE));
        }

        private static long sum(long count, long more) {
            return count > Integer.MAX_VALUE ? Integer.MAX_VALUE : count + more;
        }
    }
}
