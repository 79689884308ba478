package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sandbox4j.ResourceLimits.Enforcement;
import org.sandbox4j.ResourceLimits.Limit;
import org.sandbox4j.ResourceLimits.Resource;

class ResourceLimitsTest {
    @Test
    void none_always_isEmpty() {
        assertThat(ResourceLimits.none().isEmpty()).isTrue();
        assertThat(ResourceLimits.none().asMap()).isEmpty();
        assertThat(ResourceLimits.none().limit(Resource.MEMORY)).isEmpty();
        assertThat(ResourceLimits.none()).isEqualTo(ResourceLimits.builder().build());
    }

    @Test
    void limit_amount_isRequired() {
        ResourceLimits limits =
                ResourceLimits.builder().limit(Resource.MEMORY, 1 << 20).build();

        assertThat(limits.isEmpty()).isFalse();
        assertThat(limits.limit(Resource.MEMORY)).contains(new Limit(1 << 20, Enforcement.REQUIRED));
        assertThat(limits.limit(Resource.PROCESSES)).isEmpty();
    }

    @Test
    void limit_bestEffort_isKept() {
        ResourceLimits limits = ResourceLimits.builder()
                .limit(Resource.PROCESSES, 5, Enforcement.BEST_EFFORT)
                .limit(Resource.CPU_TIME, Duration.ofSeconds(2), Enforcement.BEST_EFFORT)
                .build();

        assertThat(limits.limit(Resource.PROCESSES)).contains(new Limit(5, Enforcement.BEST_EFFORT));
        assertThat(limits.limit(Resource.CPU_TIME)).contains(new Limit(2_000_000_000L, Enforcement.BEST_EFFORT));
    }

    @Test
    void limit_time_isRequiredAndInNanoseconds() {
        ResourceLimits limits = ResourceLimits.builder()
                .limit(Resource.WALL_TIME, Duration.ofMillis(1500))
                .build();

        assertThat(limits.limit(Resource.WALL_TIME)).contains(new Limit(1_500_000_000L, Enforcement.REQUIRED));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE})
    void limit_boundaryAmount_isTaken(long amount) {
        ResourceLimits limits =
                ResourceLimits.builder().limit(Resource.CORE, amount).build();

        assertThat(limits.limit(Resource.CORE).orElseThrow().amount()).isEqualTo(amount);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void limit_negativeAmount_isRefused(long amount) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceLimits.builder().limit(Resource.MEMORY, amount))
                .withMessageContaining("MEMORY")
                .withMessageContaining(Long.toString(amount));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.000000001S", "PT-1H"})
    void limit_timeNotPositive_isRefused(Duration time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceLimits.builder().limit(Resource.WALL_TIME, time))
                .withMessageContaining("WALL_TIME")
                .withMessageContaining(time.toString());
    }

    @Test
    void limit_timeBeyondNanoseconds_isTheLargestThereIs() {
        ResourceLimits limits = ResourceLimits.builder()
                .limit(Resource.WALL_TIME, Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        assertThat(limits.limit(Resource.WALL_TIME).orElseThrow().amount()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WALL_TIME", "CPU_TIME"})
    void limit_timeForWhatIsNoTime_isRefused(Resource resource) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResourceLimits.builder().limit(resource, Duration.ofSeconds(1)))
                .withMessageContaining(resource + " is not a time");
    }

    @Test
    void limit_again_replacesTheEarlierOne() {
        ResourceLimits limits = ResourceLimits.builder()
                .limit(Resource.MEMORY, 1)
                .limit(Resource.MEMORY, 2, Enforcement.BEST_EFFORT)
                .build();

        assertThat(limits.asMap()).hasSize(1);
        assertThat(limits.limit(Resource.MEMORY)).contains(new Limit(2, Enforcement.BEST_EFFORT));
    }

    @Test
    void toBuilder_changed_leavesTheOriginal() {
        ResourceLimits original =
                ResourceLimits.builder().limit(Resource.MEMORY, 1).build();

        ResourceLimits changed =
                original.toBuilder().limit(Resource.PROCESSES, 2).build();

        assertThat(original.asMap()).containsOnlyKeys(Resource.MEMORY);
        assertThat(changed.asMap()).containsOnlyKeys(Resource.MEMORY, Resource.PROCESSES);
    }

    @Test
    void toBuilder_ofNone_works() {
        assertThat(ResourceLimits.none().toBuilder().build()).isEqualTo(ResourceLimits.none());
    }

    @Test
    void builder_usedAfterBuild_leavesWhatWasBuilt() {
        ResourceLimits.Builder builder = ResourceLimits.builder().limit(Resource.MEMORY, 1);
        ResourceLimits first = builder.build();

        builder.limit(Resource.MEMORY, 2);

        assertThat(first.limit(Resource.MEMORY).orElseThrow().amount()).isEqualTo(1);
    }

    @Test
    void asMap_result_isUnmodifiable() {
        ResourceLimits limits =
                ResourceLimits.builder().limit(Resource.MEMORY, 1).build();

        assertThatThrownBy(() -> limits.asMap().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void equals_sameLimits_isTrue() {
        ResourceLimits one = ResourceLimits.builder().limit(Resource.MEMORY, 1).build();
        ResourceLimits same = ResourceLimits.builder().limit(Resource.MEMORY, 1).build();
        ResourceLimits weaker = ResourceLimits.builder()
                .limit(Resource.MEMORY, 1, Enforcement.BEST_EFFORT)
                .build();

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(one).isNotEqualTo(weaker).isNotEqualTo(ResourceLimits.none()).isNotEqualTo("x");
    }

    @Test
    void toString_limits_namesThem() {
        assertThat(ResourceLimits.builder().limit(Resource.MEMORY, 42).build().toString())
                .contains("MEMORY")
                .contains("42")
                .contains("REQUIRED");
    }
}
