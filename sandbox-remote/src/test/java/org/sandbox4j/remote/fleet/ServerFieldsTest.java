package org.sandbox4j.remote.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFieldsTest {
    @ParameterizedTest
    @CsvSource({
        "HTTP://Example.ORG, http://example.org/",
        "http://example.org:80/, http://example.org/",
        "https://example.org:443, https://example.org/",
        "https://example.org:80/a/../b, https://example.org:80/b/",
        "http://[::1]:8000, http://[::1]:8000/",
        "http://a/b\u00e9, http://a/b%C3%A9/",
    })
    void url_isNormalised(String given, String expected) {
        assertThat(ServerFields.url(URI.create(given))).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a/", "example.org", "http:///x", "http://u:secret@a/", "http://a/?q", "http://a/#f"})
    void url_notOfAServer_isRefusedWithoutItsPassword(String given) {
        assertThatThrownBy(() -> ServerFields.url(URI.create(given)))
                .isInstanceOfSatisfying(
                        InvalidServerException.class, e -> assertThat(e.field()).isEqualTo("url"))
                .hasMessageNotContaining("secret");
    }

    @Test
    void url_tooLong_isRefused() {
        assertThatThrownBy(() -> ServerFields.url(URI.create("http://a/" + "b".repeat(2048))))
                .isInstanceOf(InvalidServerException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "half \ud83d"})
    void name_blankOrWithControlsOrHalves_isRefused(String name) {
        assertThatThrownBy(() -> ServerFields.name(name))
                .isInstanceOfSatisfying(
                        InvalidServerException.class, e -> assertThat(e.field()).isEqualTo("name"));
    }

    @Test
    void name_hasUpTo256Characters() {
        assertThat(ServerFields.name("n".repeat(256))).hasSize(256);
        assertThatThrownBy(() -> ServerFields.name("n".repeat(257))).isInstanceOf(InvalidServerException.class);
    }
}
