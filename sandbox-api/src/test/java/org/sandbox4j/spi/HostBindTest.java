package org.sandbox4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostBindTest {
    private static final Path DATA = Path.of("/data");

    @Test
    void target_absolute_isNormalised() {
        HostBind bind = new HostBind(DATA, "//build/./data/", true);

        assertThat(bind.source()).isEqualTo(DATA);
        assertThat(bind.target()).isEqualTo("/build/data");
        assertThat(bind.writable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "/."})
    void target_root_isRefused(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostBind(DATA, target, false))
                .withMessageContaining("'/data' at '/'")
                .withMessageContaining("Stage files there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data", "/a/../b", "/a\0"})
    void target_notAPathInsideTheSandbox_isRefused(String target) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HostBind(DATA, target, false));
    }

    @Test
    void source_relative_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostBind(Path.of("data"), "/data", false))
                .withMessageContaining("'data'")
                .withMessageContaining("must be absolute");
    }

    @Test
    void sourceOrTarget_null_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> new HostBind(null, "/data", false));
        assertThatNullPointerException().isThrownBy(() -> new HostBind(DATA, null, false));
    }
}
