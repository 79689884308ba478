package org.sandbox4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.sandbox4j.testkit.Programs.sh;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.Sandbox;
import org.sandbox4j.SandboxCommand;
import org.sandbox4j.SandboxFlags;
import org.sandbox4j.SandboxResult;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.Termination;

/** Limits, which have no rule number: what is required holds and is named, or is refused. */
interface LimitRules extends Rules {
    /** Ends what a sandbox that forgets a limit would let run for ever. */
    Duration SAFETY = Duration.ofSeconds(30);

    /**
     * A required limit MUST end a command that goes beyond it and be named by the result, or MUST be refused before the
     * command starts, and then {@link Isolation#LIMITS} MUST NOT be claimed. If it fails: is the limit enforced at all? is
     * the way the command died told instead of the reason?
     */
    @Test
    default void limits_required_holdAndAreNamedOrRefused() throws InterruptedException {
        Sandbox sandbox = staged().open();
        boolean claimed = sandbox.isolation().contains(Isolation.LIMITS);
        for (Map.Entry<Resource, SandboxCommand> greedy : greedyCommands().entrySet()) {
            SandboxCommand command = greedy.getValue().toBuilder()
                    .limits(ResourceLimits.builder()
                            .limit(greedy.getKey(), amount(greedy.getKey()))
                            .build())
                    .timeout(SAFETY)
                    .build();
            try {
                assertThat(sandbox.execute(command).termination())
                        .as("end of %s with a limit of %s", command, greedy.getKey())
                        .isEqualTo(new Termination.LimitExceeded(greedy.getKey()));
            } catch (SandboxUnsupportedException e) {
                if (claimed) {
                    fail("LIMITS are claimed, but " + greedy.getKey() + " is refused", e);
                }
                assertThat(e).hasMessageContaining(greedy.getKey().name());
            }
        }
    }

    /**
     * A command that stays within all its limits MUST run as without them. If it fails: are the sandbox's own processes
     * counted? is a limit of memory applied to addresses?
     */
    @Test
    default void limits_notReached_changeNothing() throws InterruptedException {
        Sandbox sandbox = staged().open();
        staged().assume(sandbox, Isolation.LIMITS);
        SandboxResult result = sandbox.execute(sh("echo x > /tmp/x; cat /tmp/x; exit 3").toBuilder()
                .limits(generous(Enforcement.REQUIRED))
                .build());
        SandboxAssertions.assertThat(result).exitedWith(3).wrote("x\n");
        assertThat(result.unenforced()).as("limits that were not enforced").isEmpty();
    }

    /**
     * A limit with {@code BEST_EFFORT} MUST NOT be a reason to refuse a run, and the result MUST tell when it was not
     * enforced. If it fails: is every limit treated as required?
     */
    @Test
    default void limits_bestEffort_areNeverRefused() throws InterruptedException {
        Sandbox sandbox = staged().open();
        SandboxResult result = sandbox.execute(sh("exit 3").toBuilder()
                .limits(generous(Enforcement.BEST_EFFORT))
                .build());
        SandboxAssertions.assertThat(result).exitedWith(3);
        if (sandbox.isolation().contains(Isolation.LIMITS)) {
            assertThat(result.unenforced()).isEmpty();
        } else {
            assertThat(result.unenforced()).as("limits that were not enforced").isNotEmpty();
        }
    }

    /**
     * The limits of a command MUST replace those of the sandbox as a whole. If it fails: are they merged?
     */
    @Test
    default void limits_ofACommand_replaceThoseOfTheSandbox() throws InterruptedException {
        ResourceLimits tight =
                ResourceLimits.builder().limit(Resource.OUTPUT, 2).build();
        Sandbox sandbox = staged().open(builder -> builder.limits(tight));
        SandboxCommand command = sh("echo long");
        assertThat(sandbox.execute(command).termination())
                .as("with the sandbox's limits")
                .isEqualTo(new Termination.LimitExceeded(Resource.OUTPUT));
        SandboxAssertions.assertThat(sandbox.execute(
                        command.toBuilder().limits(ResourceLimits.none()).build()))
                .succeeded()
                .wrote("long\n");
    }

    private static Map<Resource, SandboxCommand> greedyCommands() {
        Map<Resource, SandboxCommand> commands = new EnumMap<>(Resource.class);
        commands.put(Resource.WALL_TIME, sh("kill -STOP $$; exit 0"));
        commands.put(Resource.CPU_TIME, sh("while :; do :; done & while :; do :; done"));
        commands.put(Resource.MEMORY, sh("exec dd if=/dev/zero of=/dev/null bs=268435456 count=1"));
        commands.put(
                Resource.PROCESSES,
                sh("i=0; while [ $i -lt 40 ]; do sleep " + Marker.fresh() + " & i=$((i+1)); done; exit 0"));
        commands.put(Resource.FILE_SIZE, sh("exec dd if=/dev/zero of=/file bs=65536 count=100"));
        commands.put(Resource.OUTPUT, sh("exec dd if=/dev/zero bs=65536 count=100"));
        commands.put(Resource.TMP_SIZE, sh("exec dd if=/dev/zero of=/tmp/file bs=65536 count=100"));
        commands.put(
                Resource.SHM_SIZE,
                sh("exec dd if=/dev/zero of=/dev/shm/file bs=65536 count=100").toBuilder()
                        .flags(SandboxFlags.CREATE_DEV_SHM)
                        .build());
        return commands;
    }

    private static long amount(Resource resource) {
        return switch (resource) {
            case WALL_TIME, CPU_TIME -> Duration.ofMillis(300).toNanos();
            case MEMORY -> 64L << 20;
            case PROCESSES, OPEN_FILES -> 20;
            case FILE_SIZE, CORE, OUTPUT, TMP_SIZE, SHM_SIZE -> 1L << 20;
        };
    }

    private static ResourceLimits generous(Enforcement enforcement) {
        ResourceLimits.Builder limits = ResourceLimits.builder();
        for (Resource resource : Resource.values()) {
            limits.limit(
                    resource, resource == Resource.WALL_TIME ? SAFETY.toNanos() : 100 * amount(resource), enforcement);
        }
        return limits.build();
    }
}
