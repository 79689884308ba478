package org.sandbox4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sandbox4j.Isolation;
import org.sandbox4j.spi.Availability.Available;
import org.sandbox4j.spi.Availability.Unavailable;

class AvailabilityTest {
    @Test
    void available_setChangedAfterwards_isNotSeen() {
        EnumSet<Isolation> isolation = EnumSet.of(Isolation.NETWORK);
        Available available = new Available("bubblewrap 0.8.0", isolation);

        isolation.add(Isolation.LIMITS);

        assertThat(available.isolation()).containsExactly(Isolation.NETWORK);
    }

    @Test
    void available_isolation_isUnmodifiable() {
        Available available = new Available("x", EnumSet.of(Isolation.NETWORK));

        assertThatThrownBy(() -> available.isolation().add(Isolation.IPC))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void available_null_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> new Available(null, Set.of()));
        assertThatNullPointerException().isThrownBy(() -> new Available("x", null));
    }

    @Test
    void available_reasonForWhatIsGuaranteed_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Available("x", Set.of(Isolation.IPC), Map.of(Isolation.IPC, "no")))
                .withMessageContaining("IPC");
        assertThat(new Available("x", Set.of(Isolation.IPC)).lacking()).isEmpty();
    }

    @Test
    void unavailable_null_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> new Unavailable(null, "remedy"));
        assertThatNullPointerException().isThrownBy(() -> new Unavailable("reason", null));
    }

    @Test
    void records_equalValues_areEqual() {
        assertThat(new Unavailable("a", "b")).isEqualTo(new Unavailable("a", "b"));
        assertThat(new Available("a", EnumSet.of(Isolation.IPC)))
                .isEqualTo(new Available("a", Set.of(Isolation.IPC)))
                .isNotEqualTo(new Available("a", Set.of()));
    }
}
