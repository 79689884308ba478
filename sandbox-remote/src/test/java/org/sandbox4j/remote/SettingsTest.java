package org.sandbox4j.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"host", "/path", "ftp://host/", "http:///x", "http://host/?q", "http://host/#f", "mailto:a@b"})
    void address_thatIsNoServers_isRefused(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxClient.builder(URI.create(address)));
    }

    @Test
    void address_withAPassword_isRefusedWithoutShowingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SandboxClient.builder(URI.create("http://user:hidden@host/")))
                .withMessageNotContaining("hidden");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SandboxClient.builder(URI.create("ftp://user:hidden@host/")))
                .withMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hid den", "hidden\r\nX: y", "hidd\u00e9n"})
    void token_thatCannotBeSent_isRefusedWithoutShowingIt(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SandboxClient.builder(URI.create("http://host")).bearerToken(token))
                .withMessageNotContaining("hid");
    }

    @Test
    void durations_mustBePositive() {
        SandboxClientBuilder builder = SandboxClient.builder(URI.create("http://host"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.deadline(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.deadline(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backoff(1, Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.connectTimeout(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxDownloadBytes(0));
        try (SandboxClient client = builder.build()) {
            assertThatIllegalArgumentException().isThrownBy(() -> client.within(Duration.ZERO));
            assertThat(client.server()).hasToString("http://host/");
        }
    }
}
