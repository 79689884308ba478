package org.sandbox4j.local.limits;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.ResourceUsage;
import org.sandbox4j.SandboxSetupException;
import org.sandbox4j.Termination;
import org.sandbox4j.local.launch.InitLimits;
import org.sandbox4j.local.launch.StageList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of one run, in force: its control group if it needs one, and what tells which limit was hit. Closing it
 * removes the group. Thread-safe.
 */
public final class RunLimits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunLimits.class);
    private static final RunLimits NONE = new RunLimits(LimitPlan.NONE, null);

    /** Who has been refused that many processes does not cope with it, it only burns CPU time. */
    private static final long TOO_MANY_REFUSED_FORKS = 1000;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int SIGKILL = 9;
    private static final int SIGXCPU = 24;
    private static final int SIGXFSZ = 25;
    private static final int KILLED_CHILD = 128;

    private final LimitPlan plan;
    private final @Nullable ControlGroup group;
    private volatile long process;

    private RunLimits(LimitPlan plan, @Nullable ControlGroup group) {
        this.plan = plan;
        this.group = group;
    }

    /** Returns no limits. */
    public static RunLimits none() {
        return NONE;
    }

    /**
     * Makes what a plan needs.
     *
     * @throws SandboxSetupException if there can be no control group now, though there could be before
     */
    public static RunLimits of(LimitPlan plan) {
        if (plan.isEmpty()) {
            return NONE;
        }
        if (!plan.unenforced().isEmpty()) {
            LOG.debug("limits that do not hold in full here: {}", plan.unenforced());
        }
        try {
            return new RunLimits(
                    plan,
                    plan.group().isEmpty() ? null : LimitsOfThisHost.current().makeGroup(plan));
        } catch (IOException e) {
            throw new SandboxSetupException(
                    "control-group",
                    "Cannot make a control group for the limits of a run: " + e
                            + ". Make the group of this JVM writable again, or leave out the limits.",
                    e);
        }
    }

    /** Returns what puts the run into its group before it starts. */
    public StageList stage() {
        StageList stage = StageList.nothing();
        if (group != null) {
            for (String entrance : group.entrances()) {
                stage = stage.then("cgroup", entrance);
            }
        }
        return stage;
    }

    /** Returns the plan. */
    public LimitPlan plan() {
        return plan;
    }

    /** Names the process whose descendants are the sandbox, for limits that are watched without a group. */
    public void watch(long pid) {
        process = pid;
    }

    /** Tells whether somebody has to look at {@link #exceeded} from time to time. */
    public boolean needsLooks() {
        return plan.amount(Resource.CPU_TIME).isPresent() || (group != null && looksAtCounters(group));
    }

    private boolean looksAtCounters(ControlGroup counted) {
        return plan.group().containsKey(Controller.PROCESSES)
                || (plan.group().containsKey(Controller.MEMORY) && !counted.endsAsOne());
    }

    /**
     * Returns the time until the next look in nanoseconds: no CPU limit can be reached before, and what else was exceeded
     * is found soon.
     *
     * @param looks how many there were
     */
    public long untilNextLook(int looks) {
        long pause = LONGEST_PAUSE;
        OptionalLong cpu = plan.amount(Resource.CPU_TIME);
        if (cpu.isPresent()) {
            long left = Math.max(0, cpu.getAsLong() - cpuTime().toNanos());
            pause = Math.min(pause, left / Runtime.getRuntime().availableProcessors());
        }
        if (group != null && looksAtCounters(group)) {
            pause = Math.min(pause, Math.min(LAST_PAUSE, FIRST_PAUSE << Math.min(looks, 10)));
        }
        return Math.max(SHORTEST_PAUSE, pause);
    }

    /** Returns the limit for which the run has to be ended now. */
    public Optional<Resource> exceeded() {
        try {
            if (group != null && group.ranOutOfMemory()) {
                return Optional.of(Resource.MEMORY);
            }
            if (group != null && group.refusedForks() > TOO_MANY_REFUSED_FORKS) {
                return Optional.of(Resource.PROCESSES);
            }
        } catch (IOException e) {
            LOG.warn("cannot read a control group, so a limit may be exceeded unnoticed: {}", e.toString());
        }
        OptionalLong cpu = plan.amount(Resource.CPU_TIME);
        return cpu.isPresent() && cpuTime().toNanos() > cpu.getAsLong()
                ? Optional.of(Resource.CPU_TIME)
                : Optional.empty();
    }

    /**
     * Returns the limit that made a command end as it did.
     *
     * @param end how it ended by itself
     * @param usedUp what the init program found used up
     */
    public Optional<Resource> hitBy(Termination end, Set<InitLimits.Watched> usedUp) {
        if (plan.amounts().isEmpty()) {
            return Optional.empty();
        }
        Optional<Resource> exceeded = exceeded();
        if (exceeded.isPresent() || end.succeeded()) {
            return exceeded;
        }
        if (plan.amount(Resource.FILE_SIZE).isPresent() && diedOf(SIGXFSZ, end)) {
            return Optional.of(Resource.FILE_SIZE);
        }
        if (plan.amount(Resource.CPU_TIME).isPresent() && diedOf(SIGXCPU, end)) {
            return Optional.of(Resource.CPU_TIME);
        }
        if (refusedProcesses() || usedUp.contains(InitLimits.Watched.PROCESSES)) {
            return Optional.of(Resource.PROCESSES);
        }
        if (usedUp.contains(InitLimits.Watched.TMP)) {
            return Optional.of(Resource.TMP_SIZE);
        }
        return usedUp.contains(InitLimits.Watched.SHARED_MEMORY) ? Optional.of(Resource.SHM_SIZE) : Optional.empty();
    }

    /** Shells report the death of a child in their own exit code. */
    private static boolean diedOf(int signal, Termination end) {
        return end.equals(new Termination.Signalled(signal))
                || end.equals(new Termination.Exited(KILLED_CHILD + signal));
    }

    /** Returns the limit for which a sandbox was not set up, or was lost without a word. */
    public Optional<Resource> brokenBy() {
        return plan.amounts().isEmpty() ? Optional.empty() : hitBy(new Termination.Signalled(SIGKILL), Set.of());
    }

    private boolean refusedProcesses() {
        try {
            return group != null && group.refusedForks() > 0;
        } catch (IOException e) {
            LOG.debug("{}", e.toString());
            return false;
        }
    }

    /** Returns a usage with what the group knows better. */
    public ResourceUsage measured(ResourceUsage usage) {
        if (group == null) {
            return usage;
        }
        try {
            OptionalLong peak = group.peakMemory();
            boolean counted = plan.group().containsKey(Controller.CPU);
            ControlGroup.CpuTime cpu = group.cpuTime();
            return new ResourceUsage(
                    usage.wall(),
                    counted ? Optional.of(cpu.user()) : usage.user(),
                    counted ? Optional.of(cpu.system()) : usage.system(),
                    peak.isPresent() ? peak : usage.peakMemory());
        } catch (IOException e) {
            LOG.debug("{}", e.toString());
            return usage;
        }
    }

    private Duration cpuTime() {
        try {
            return group != null && plan.group().containsKey(Controller.CPU)
                    ? group.cpuTime().total()
                    : ProcessTimes.ofDescendants(process);
        } catch (IOException e) {
            LOG.debug("{}", e.toString());
            return Duration.ZERO;
        } catch (UncheckedIOException e) {
            return Duration.ZERO;
        }
    }

    @Override
    public void close() {
        if (group != null) {
            group.remove();
        }
    }
}
