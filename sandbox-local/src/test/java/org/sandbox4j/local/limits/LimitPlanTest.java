package org.sandbox4j.local.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.ResourceLimits;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Resource;
import org.sandbox4j.SandboxUnsupportedException;
import org.sandbox4j.local.launch.InitLimits;

class LimitPlanTest {
    private static final HostLimits GROUPS =
            new HostLimits(EnumSet.allOf(Controller.class), false, Map.of(), "cgroup v1");
    private static final HostLimits ORDINARY = new HostLimits(Set.of(), true, Map.of(), "nothing is writable");
    private static final HostLimits NOTHING = new HostLimits(Set.of(), false, Map.of(), "nothing is writable");
    private static final LimitPlan.Place SINGLE = new LimitPlan.Place(true, false);
    private static final LimitPlan.Place BATCH = new LimitPlan.Place(true, true);
    private static final LimitPlan.Place OLD_TOOL = new LimitPlan.Place(false, false);
    private static final InitLimits.Limit NO_CORE = new InitLimits.Limit(4, 0, 0);

    @Test
    void of_noLimits_isNothingButNoCoreDumps() {
        LimitPlan plan = LimitPlan.of(ResourceLimits.none(), GROUPS, SINGLE);

        assertThat(plan).isEqualTo(LimitPlan.NONE);
        assertThat(plan.init()).isEqualTo(new InitLimits(List.of(NO_CORE), Set.of()));
        assertThat(plan.group()).isEmpty();
    }

    @Test
    void of_sharedResources_useTheGroup() {
        LimitPlan plan = LimitPlan.of(
                ResourceLimits.builder()
                        .limit(Resource.MEMORY, 1000)
                        .limit(Resource.PROCESSES, 10)
                        .limit(Resource.CPU_TIME, Duration.ofMillis(1500))
                        .build(),
                GROUPS,
                SINGLE);

        assertThat(plan.group())
                .isEqualTo(Map.of(Controller.MEMORY, 1000L, Controller.PROCESSES, 12L, Controller.CPU, 1_500_000_000L));
        assertThat(plan.init()).isEqualTo(new InitLimits(List.of(NO_CORE, new InitLimits.Limit(0, 2, 3)), Set.of()));
        assertThat(plan.unenforced()).isEmpty();
    }

    @Test
    void of_processLimits_needNoGroup() {
        LimitPlan plan = LimitPlan.of(
                ResourceLimits.builder()
                        .limit(Resource.FILE_SIZE, 1)
                        .limit(Resource.OPEN_FILES, 2)
                        .limit(Resource.CORE, 3)
                        .limit(Resource.OUTPUT, 4)
                        .limit(Resource.WALL_TIME, 5)
                        .build(),
                NOTHING,
                OLD_TOOL);

        assertThat(plan.group()).isEmpty();
        assertThat(plan.init().limits())
                .containsExactlyInAnyOrder(
                        new InitLimits.Limit(1, 1, 1), new InitLimits.Limit(7, 2, 2), new InitLimits.Limit(4, 3, 3));
        assertThat(plan.amount(Resource.OUTPUT)).hasValue(4);
        assertThat(plan.time(Resource.WALL_TIME)).contains(Duration.ofNanos(5));
    }

    /** Nobody without privileges can raise a hard limit, and lower is no harm. */
    @Test
    void of_moreThanTheJvmMayHave_isWhatItMayHave() {
        HostLimits low = new HostLimits(Set.of(), false, Map.of(7, 20L), "");

        assertThat(LimitPlan.of(limit(Resource.OPEN_FILES, 100), low, SINGLE)
                        .init()
                        .limits())
                .contains(new InitLimits.Limit(7, 20, 20));
    }

    @Test
    void of_processesWithoutGroup_countsThoseOfTheNamespace() {
        LimitPlan plan = LimitPlan.of(limit(Resource.PROCESSES, 10), ORDINARY, SINGLE);

        assertThat(plan.init())
                .isEqualTo(new InitLimits(
                        List.of(NO_CORE, new InitLimits.Limit(6, 11, 11)), Set.of(InitLimits.Watched.PROCESSES)));
        assertRefused(limit(Resource.PROCESSES, 0), ORDINARY, SINGLE, "the command itself");
    }

    @Test
    void of_requiredButNotPossible_isRefusedWithTheReasonAndARemedy() {
        assertRefused(limit(Resource.MEMORY, 1), ORDINARY, SINGLE, "nothing is writable", "systemd-run");
        assertRefused(limit(Resource.CPU_TIME, 1), ORDINARY, SINGLE, "nothing is writable", "systemd-run");
        assertRefused(limit(Resource.PROCESSES, 1), NOTHING, SINGLE, "nothing is writable", "systemd-run");
        assertRefused(limit(Resource.TMP_SIZE, 1), GROUPS, BATCH, "batch", "one by one");
        assertRefused(limit(Resource.TMP_SIZE, 1), GROUPS, OLD_TOOL, "--size");
        assertRefused(limit(Resource.SHM_SIZE, 1), GROUPS, OLD_TOOL, "--size");
    }

    @Test
    void of_bestEffortNotPossible_doesWhatItCanAndSaysSo() {
        LimitPlan plan = LimitPlan.of(
                ResourceLimits.builder()
                        .limit(Resource.MEMORY, 100, Enforcement.BEST_EFFORT)
                        .limit(Resource.PROCESSES, 100, Enforcement.BEST_EFFORT)
                        .limit(Resource.CPU_TIME, Duration.ofSeconds(1), Enforcement.BEST_EFFORT)
                        .limit(Resource.TMP_SIZE, 100, Enforcement.BEST_EFFORT)
                        .limit(Resource.FILE_SIZE, 100, Enforcement.BEST_EFFORT)
                        .build(),
                NOTHING,
                OLD_TOOL);

        assertThat(plan.unenforced())
                .containsExactlyInAnyOrder(Resource.MEMORY, Resource.PROCESSES, Resource.CPU_TIME, Resource.TMP_SIZE);
        assertThat(plan.init())
                .isEqualTo(new InitLimits(
                        List.of(
                                NO_CORE,
                                new InitLimits.Limit(0, 1, 2),
                                new InitLimits.Limit(2, 100, 100),
                                new InitLimits.Limit(1, 100, 100)),
                        Set.of()));
        assertThat(plan.size(Resource.TMP_SIZE)).isEmpty();
    }

    /** The kernel takes 0 for no limit. */
    @Test
    void size_nothing_isTheLeastThatIsALimit() {
        LimitPlan plan = LimitPlan.of(limit(Resource.TMP_SIZE, 0), NOTHING, SINGLE);

        assertThat(plan.size(Resource.TMP_SIZE)).hasValue(1);
        assertThat(plan.init().watched()).containsExactly(InitLimits.Watched.TMP);
    }

    @Test
    void countsProcessesApart_newKernelAndNotRoot_isTrue() {
        assertThat(LimitsOfThisHost.countsProcessesApart("5.14.0-1-generic\n", false))
                .isTrue();
        assertThat(LimitsOfThisHost.countsProcessesApart("6.1.0", false)).isTrue();
        assertThat(LimitsOfThisHost.countsProcessesApart("5.13.19", false)).isFalse();
        assertThat(LimitsOfThisHost.countsProcessesApart("4.18.0", false)).isFalse();
        assertThat(LimitsOfThisHost.countsProcessesApart("6.1.0", true)).isFalse();
        assertThat(LimitsOfThisHost.countsProcessesApart("", false)).isFalse();
    }

    @Test
    void parseCeilings_readsHardLimits() {
        String limits = """
                Limit                     Soft Limit           Hard Limit           Units
                Max cpu time              unlimited            unlimited            seconds
                Max file size             unlimited            1000                 bytes
                Max processes             96365                96366                processes
                Max open files            1024                 20000                files
                Max nice priority         0                    0
                """;

        assertThat(HostLimits.parseCeilings(limits)).isEqualTo(Map.of(1, 1000L, 6, 96366L, 7, 20000L));
    }

    @Test
    void nanoseconds_ofAProcessWithAnOddName_addsFourTimes() {
        assertThat(ProcessTimes.nanoseconds("1 (a) b) S 0 1 1 0 -1 0 1 2 3 4 10 20 300 4000 20 0 1 0 99"))
                .isEqualTo(43_300_000_000L);
    }

    private static ResourceLimits limit(Resource resource, long amount) {
        return ResourceLimits.builder().limit(resource, amount).build();
    }

    private static void assertRefused(ResourceLimits limits, HostLimits host, LimitPlan.Place place, String... words) {
        assertThatExceptionOfType(SandboxUnsupportedException.class)
                .isThrownBy(() -> LimitPlan.of(limits, host, place))
                .withMessageContainingAll(words);
    }
}
