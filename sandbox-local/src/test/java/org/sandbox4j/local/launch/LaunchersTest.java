package org.sandbox4j.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.util.ClearSystemProperty;
import org.junit.jupiter.api.util.SetSystemProperty;

@EnabledOnOs(OS.LINUX)
class LaunchersTest {
    @Test
    @SetSystemProperty(key = Launchers.PROPERTY, value = "native")
    void choose_native_isNative() {
        assertThat(Launchers.choose().name()).isEqualTo("native");
    }

    @Test
    @SetSystemProperty(key = Launchers.PROPERTY, value = "process")
    void choose_process_isProcess() {
        assertThat(Launchers.choose().name()).isEqualTo("process");
    }

    @Test
    @ClearSystemProperty(key = Launchers.PROPERTY)
    void choose_nothing_prefersNative() {
        assertThat(Launchers.choose().name()).isEqualTo("native");
    }

    @Test
    @SetSystemProperty(key = Launchers.PROPERTY, value = "auto")
    void choose_auto_prefersNative() {
        assertThat(Launchers.choose().name()).isEqualTo("native");
    }

    @Test
    @SetSystemProperty(key = Launchers.PROPERTY, value = "Native ")
    void choose_anythingElse_namesTheValueAndTheChoices() {
        assertThatIllegalArgumentException()
                .isThrownBy(Launchers::choose)
                .withMessageContaining("sandbox4j.launcher")
                .withMessageContaining("'Native '")
                .withMessageContaining("auto, native or process");
    }
}
